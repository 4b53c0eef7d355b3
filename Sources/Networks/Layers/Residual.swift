/// `y = body(x) + shortcut(x)`, with ReLU on top if asked for; an empty shortcut is `x` itself.
///
/// The body's layers are named under the block, the shortcut's under `downsample`, as torchvision's.
///
/// Source: He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016.
public struct Residual: CompositeLayer {
  public static let kind = "residual"

  /// The layers of the two branches.
  public var body, shortcut: [LayerNode]
  /// Whether ReLU follows the sum.
  public var relu: Bool

  /// Creates a residual block.
  public init(
    relu: Bool = false, @LayerBuilder _ body: () -> [LayerNode],
    @LayerBuilder shortcut: () -> [LayerNode] = { [] }
  ) {
    self.relu = relu
    self.body = body()
    self.shortcut = shortcut()
  }

  public func visit(
    _ input: ActivationShape, name: String, _ visitor: (VisitedLayer) -> Void
  ) throws(NetworkError) -> ActivationShape {
    let main = try body.visit(input, prefix: name) { visitor($0.inBody(of: name)) }
    let side = try shortcut.visit(input, prefix: name + ".downsample", visitor)
    guard main == side else {
      throw .shape(layer: name, expected: "a shortcut of the body's shape, \(main)", got: side)
    }
    return main
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    let (left, right) = plan.fork(input, name: name)
    let side = try shortcut.lower(right, prefix: name + ".downsample", into: plan)
    guard let norm = body.last?.layer as? BatchNorm, let path = body.paths(under: name).last?.path else {
      return try plan.add(body.lower(left, prefix: name, into: plan), side, relu: relu, name: name)
    }
    // The last batch norm of the body adds the shortcut in its own pass.
    let main = try body.lower(left, prefix: name, into: plan, droppingLast: true)
    return try plan.batchNorm(main, norm, name: path, adding: side, fusedReLU: relu)
  }

  func mappingSequences(
    under name: String, _ change: ([LayerNode], String) throws(NetworkError) -> [LayerNode]
  ) throws(NetworkError) -> Residual {
    var changed = self
    changed.body = try change(body, name)
    changed.shortcut = try change(shortcut, name + ".downsample")
    return changed
  }
}

/// A sequence of layers under one name.
public struct Block: CompositeLayer {
  public static let kind = "block"

  /// The layers.
  public var layers: [LayerNode]

  /// Creates a block.
  public init(@LayerBuilder _ layers: () -> [LayerNode]) { self.layers = layers() }

  public func visit(
    _ input: ActivationShape, name: String, _ visitor: (VisitedLayer) -> Void
  ) throws(NetworkError) -> ActivationShape {
    try layers.visit(input, prefix: name, visitor)
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try layers.lower(input, prefix: name, into: plan)
  }

  func mappingSequences(
    under name: String, _ change: ([LayerNode], String) throws(NetworkError) -> [LayerNode]
  ) throws(NetworkError) -> Block {
    var changed = self
    changed.layers = try change(layers, name)
    return changed
  }
}

/// A layer made of others: what flows out of it is what flows out of them.
protocol CompositeLayer: Layer {
  /// The layer with other layers in each of its sequences.
  /// - Parameters:
  ///   - name: the layer's path.
  ///   - change: gives what takes a sequence's place; gets the sequence, and the path that its layers are under.
  func mappingSequences(
    under name: String, _ change: ([LayerNode], String) throws(NetworkError) -> [LayerNode]
  ) throws(NetworkError) -> Self
}

extension CompositeLayer {
  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    try visit(input, name: name) { _ in }
  }
}

extension Residual {
  enum CodingKeys: String, CodingKey, CaseIterable { case body, shortcut, relu }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .body)
    body = try options.value(.body)
    shortcut = try options.value(.shortcut, default: [])
    relu = try options.value(.relu, default: false)
  }
}

extension Block {
  enum CodingKeys: String, CodingKey, CaseIterable { case layers }

  /// Reads the layers.
  public init(from decoder: any Decoder) throws {
    layers = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .layers).value(.layers)
  }
}
