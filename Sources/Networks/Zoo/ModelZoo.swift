/// How a network of the zoo begins.
public enum Stem: String, Codable, Sendable, CaseIterable {
  /// Small for images of at most 64 pixels, large otherwise.
  case automatic
  /// For small images: the first convolution has stride 1, and no pooling follows.
  case small
  /// As published for photos: the first layers make the image two or four times smaller.
  case large

  func isSmall(for input: InputShape) -> Bool {
    switch self {
    case .automatic: max(input.height, input.width) <= 64
    case .small: true
    case .large: false
    }
  }
}

/// A network of the zoo, still for images of any size.
public struct ZooModel: Sendable {
  /// What a network is made for.
  struct Request: Sendable {
    let input: InputShape
    let classes: Int
    /// Whether to begin as for small images.
    let isSmall: Bool
  }

  /// The name on the command line.
  public let name: String
  /// What it is, in one line.
  public let summary: String
  /// Who published it, and where.
  public let paper: String
  /// Height and width of the smallest images that it takes with its large or only stem.
  public let smallestSide: Int
  /// Whether there is a stem for small images beside the one for photos.
  public let hasSmallStem: Bool
  /// How its weights start; nil is each layer's standard.
  let initializer: NetworkInitializer?
  let layers: @Sendable (Request) -> [LayerNode]

  init(
    _ name: String, _ summary: String, paper: String, smallestSide: Int = 1, hasSmallStem: Bool = false,
    initializer: NetworkInitializer? = nil, @LayerBuilder layers: @escaping @Sendable (Request) -> [LayerNode]
  ) {
    self.name = name
    self.summary = summary
    self.paper = paper
    self.smallestSide = smallestSide
    self.hasSmallStem = hasSmallStem
    self.initializer = initializer
    self.layers = layers
  }

  /// The network for images of a size.
  /// - Throws: ``NetworkError`` for images too small for it, and for a stem where there is no choice.
  public func network(
    input: InputShape, classes: Int, stem: Stem = .automatic
  ) throws(NetworkError) -> Network {
    if !hasSmallStem && stem != .automatic {
      throw .setting(layer: "stem", problem: "\(name) has one stem alone: leave the option out")
    }
    if min(input.height, input.width) < smallestSide && !(hasSmallStem && stem.isSmall(for: input)) {
      let side = "\(smallestSide)x\(smallestSide)"
      throw .shape(layer: name, expected: "images of at least \(side) pixels", got: input.activation)
    }
    let request = Request(input: input, classes: classes, isSmall: stem.isSmall(for: input))
    let network = Network(input: input, name: name, initializer: initializer) { layers(request) }
    try network.visit { _ in }
    return network
  }
}

/// Networks by name, with the parameter names of torchvision where it has them.
public enum ModelZoo {
  /// All networks, each family from the smallest one on.
  public static let models: [ZooModel] =
    [lenet5, vgg6, selfNormalizing, practical] + cifarResNets + wideResNets
    + [alexnet] + vggs + resnets + [densenet121, squeezenet]
    + [mobilenetV2] + mobilenetsV3 + [efficientnetB0, convnextTiny]

  /// The names, in the same order.
  public static let names = models.map(\.name)

  /// A network by its name.
  /// - Throws: ``NetworkError`` for an unknown name, images too small for it, or a stem where there is no choice.
  public static func network(
    named name: String, input: InputShape, classes: Int, stem: Stem = .automatic
  ) throws(NetworkError) -> Network {
    guard let model = models.first(where: { $0.name == name }) else {
      throw .unknownModel(name: name, known: names)
    }
    return try model.network(input: input, classes: classes, stem: stem)
  }
}
