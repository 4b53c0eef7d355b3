import Names

/// A network that cannot be: shapes that do not fit, names that do not exist.
public enum NetworkError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A layer cannot take what flows into it.
  case shape(layer: String, expected: String, got: ActivationShape)
  /// A layer's own settings are impossible.
  case setting(layer: String, problem: String)
  /// What is written in a network's text cannot be: where, and why.
  case text(place: String, problem: String)
  /// An option that a layer does not have.
  case unknownOption(place: String, name: String, known: [String])
  /// No such network in the zoo.
  case unknownModel(name: String, known: [String])
  /// No such kind of layer.
  case unknownLayer(kind: String, known: [String])
  /// No such initialiser.
  case unknownInitializer(name: String, known: [String])
  /// Two parameters have one name.
  case duplicateName(String)
  /// The last layer does not give one score for each class.
  case output(expected: Int, got: ActivationShape)
  /// No layer or tensor has this path, or fits this pattern.
  case noSuchPath(String, known: [String])
  /// Every parameter is frozen.
  case nothingTrains
  /// A state lacks a tensor of the network.
  case missingTensor(String)
  /// A state has a tensor that the network lacks.
  case unexpectedTensor(String)
  /// A tensor has another shape than the network's.
  case tensorShape(name: String, expected: [Int], got: [Int])

  /// One line: which layer, what was expected, what was found.
  public var description: String {
    switch self {
    case .shape(let layer, let expected, let got):
      "layer \(layer): expected \(expected), but \(got) flows into it"
    case .setting(let layer, let problem):
      "layer \(layer): \(problem)"
    case .text(let place, let problem):
      "\(place): \(problem)"
    case .unknownOption(let place, let name, let known):
      "\(place): there is no option \(name); \(advice(for: name, among: known, plural: "the options"))"
    case .unknownModel(let name, let known):
      "there is no model \(name); \(advice(for: name, among: known, plural: "the models"))"
    case .unknownLayer(let kind, let known):
      "there is no layer \(kind); \(advice(for: kind, among: known, plural: "the layers"))"
    case .unknownInitializer(let name, let known):
      "there is no initialiser \(name); \(advice(for: name, among: known, plural: "the initialisers"))"
    case .duplicateName(let name):
      "two parameters are called \(name): give one of the layers another name"
    case .output(let expected, let got):
      "the network ends in \(got) values, but there are \(expected) classes"
    case .noSuchPath(let path, let known):
      "the network has no layer \"\(path)\": its layers are \(known.prefix(8).joined(separator: ", ")), ..."
    case .nothingTrains:
      "every parameter is frozen, so there is nothing to train: freeze fewer layers"
    case .missingTensor(let name):
      "the tensor \(name) is missing: the file is of another architecture"
    case .unexpectedTensor(let name):
      "the network has no tensor \(name): the file is of another architecture"
    case .tensorShape(let name, let expected, let got):
      "the tensor \(name) has shape \(got), but the network has \(expected)"
    }
  }
}
