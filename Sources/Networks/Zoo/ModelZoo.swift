/// How a network of the zoo begins.
public enum Stem: String, Codable, Sendable, CaseIterable {
  /// Small for images of at most 64 pixels, large otherwise.
  case automatic
  /// A 3x3 convolution of stride 1 and no pooling: for small images.
  case small
  /// The published stem: a 7x7 convolution of stride 2 and a max-pooling.
  case large

  func isSmall(for input: InputShape) -> Bool {
    switch self {
    case .automatic: max(input.height, input.width) <= 64
    case .small: true
    case .large: false
    }
  }
}

/// Networks by name.
public enum ModelZoo {
  /// The names, simplest first.
  public static let names = ["vgg6", "resnet18", "resnet50"]

  /// A network by its name.
  /// - Throws: ``NetworkError`` for an unknown name or images too small for it.
  public static func network(
    named name: String, input: InputShape, classes: Int, stem: Stem = .automatic
  ) throws(NetworkError) -> Network {
    let network: Network
    switch name {
    case "vgg6": network = vgg6(input: input, classes: classes)
    case "resnet18": network = resnet18(input: input, classes: classes, stem: stem)
    case "resnet50": network = resnet50(input: input, classes: classes, stem: stem)
    default: throw .unknownModel(name: name, known: names)
    }
    try network.visit { _ in }
    return network
  }
}
