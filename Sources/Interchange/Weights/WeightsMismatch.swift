/// Why a file's tensors cannot start a network. Each describes itself in one line, without the file's path.
public enum WeightsMismatch: Error, Equatable, Sendable {
  /// Nothing in the file is called as anything in the network.
  case nothingInCommon(file: [String], network: [String])
  /// A tensor has another shape in the file; `others` more tensors have so.
  case shape(name: String, file: [Int], network: [Int], others: Int)
  /// The network needs tensors that the file lacks.
  case missing([String])
  /// A weight is stored as whole numbers, such as those of a quantised model.
  case integers(name: String)
  /// Two of the file's tensors are the same one of the network.
  case twice(name: String)
}

extension WeightsMismatch: CustomStringConvertible {
  /// One line: which tensors, what the file has and what the network has.
  public var description: String {
    switch self {
    case .nothingInCommon(let file, let network):
      "it has none of the network's tensors: it has \(Self.list(file)), the network \(Self.list(network))"
    case .shape(let name, let file, let network, let others):
      "\(name) has shape \(Self.shown(file)) in the file and \(network) in the network"
        + (others == 0 ? "" : " (of the tensors that do not fit, one of \(others + 1))")
    case .missing(let names):
      "it lacks \(names.count == 1 ? "a tensor" : "\(names.count) tensors") of the network: \(Self.list(names))"
    case .integers(let name):
      "\(PlainText.line(name, limit: 80)) is stored as whole numbers; weights are F16, BF16, F32 or F64"
    case .twice(let name): "two of its tensors are the network's \(name)"
    }
  }

  private static func shown(_ shape: [Int]) -> String { PlainText.line("\(shape)", limit: 80) }

  /// Up to three names, then how many more there are.
  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "none" }
    let shown = names.prefix(3).map { PlainText.line($0, limit: 80) }.joined(separator: ", ")
    return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }
}
