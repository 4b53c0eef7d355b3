/// A network: the size of its images and its layers. A value; nothing is allocated before a plan is made.
public struct Network: Codable, Equatable, Sendable {
  /// A name for people, such as `resnet18`.
  public var name: String
  /// The size of the images that it takes.
  public var input: InputShape
  /// How weights start where the layers say nothing of their own; nil is each layer's standard.
  public var initializer: NetworkInitializer?
  /// The layers, in order.
  public var layers: [LayerNode]

  /// Creates a network from its layers.
  public init(
    input: InputShape, name: String = "custom", initializer: NetworkInitializer? = nil,
    @LayerBuilder _ layers: () -> [LayerNode]
  ) {
    self.name = name
    self.input = input
    self.initializer = initializer
    self.layers = layers()
  }

  /// Reports every layer in order; composite layers report their parts.
  /// - Returns: what flows out of the last layer.
  /// - Throws: ``NetworkError`` naming the layer whose shapes do not fit.
  @discardableResult
  public func visit(_ visitor: (VisitedLayer) -> Void) throws(NetworkError) -> ActivationShape {
    guard input.channels > 0, input.height > 0, input.width > 0 else {
      throw .shape(layer: "input", expected: "at least one pixel", got: input.activation)
    }
    return try layers.visit(input.activation, prefix: "", visitor)
  }

  /// How many scores an image gets.
  /// - Throws: ``NetworkError`` when shapes do not fit or the network does not end in a vector.
  public func outputCount() throws(NetworkError) -> Int {
    let output = try visit { _ in }
    guard case .vector(let count) = output else {
      throw .shape(layer: "output", expected: "a vector at the end", got: output)
    }
    return count
  }

  /// Every tensor of the state, in network order.
  /// - Throws: ``NetworkError`` when shapes do not fit or a name comes twice.
  public func parameters() throws(NetworkError) -> [ParameterSpecification] {
    var layers: [VisitedLayer] = []
    try visit { layers.append($0) }
    let parameters = try initializer?.starts(of: layers) ?? layers.map(\.parameters)
    var seen: Set<String> = []
    for parameter in parameters.joined() where !seen.insert(parameter.name).inserted {
      throw .duplicateName(parameter.name)
    }
    return Array(parameters.joined())
  }
}

extension Network {
  enum CodingKeys: String, CodingKey, CaseIterable { case name, input, initializer, layers }

  /// Reads the text form: a mapping of `input`, `layers` and, where they are not the defaults, `name` and
  /// `initializer`.
  /// - Throws: ``NetworkError`` for what cannot be, `DecodingError` for values of another type.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: "network")
    name = try options.value(.name, default: "custom")
    input = try options.value(.input)
    initializer = try options.value(.initializer, default: nil)
    layers = try options.value(.layers)
  }
}
