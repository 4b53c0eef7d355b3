/// Each channel times a factor between 0 and 1 that two 1x1 convolutions with biases find from all channels' means.
///
/// The parts are named `fc1` and `fc2`, as torchvision's.
///
/// Source: Hu, Shen, Sun, "Squeeze-and-excitation networks", CVPR 2018.
public struct SqueezeExcitation: CompositeLayer {
  public static let kind = "squeeze-excitation"

  /// Channels between the two convolutions.
  public var squeeze: Int
  /// What follows the first convolution.
  public var activation: LayerNode
  /// What follows the second one and makes the factors.
  public var gate: LayerNode

  /// Creates a squeeze-excitation.
  public init(_ squeeze: Int, activation: some Layer = ReLU(), gate: some Layer = Sigmoid()) {
    self.squeeze = squeeze
    self.activation = LayerNode(name: nil, layer: activation)
    self.gate = LayerNode(name: nil, layer: gate)
  }

  /// What makes the factors from the means.
  package func excitation(channels: Int) -> [LayerNode] {
    [
      Conv2D(squeeze, kernel: 1, bias: true).named("fc1"),
      LayerNode(name: "activation", layer: activation.layer),
      Conv2D(channels, kernel: 1, bias: true).named("fc2"),
      LayerNode(name: "scale_activation", layer: gate.layer),
    ]
  }

  public func visit(
    _ input: ActivationShape, name: String, _ visitor: (VisitedLayer) -> Void
  ) throws(NetworkError) -> ActivationShape {
    guard case .image(let channels, _, _) = input else {
      throw .shape(layer: name, expected: "images", got: input)
    }
    guard squeeze > 0 else { throw .setting(layer: name, problem: "squeeze is at least 1, not \(squeeze)") }
    let means = ActivationShape.image(channels: channels, height: 1, width: 1)
    let factors = try excitation(channels: channels).visit(means, prefix: name) { visitor($0.inGate()) }
    guard factors == means else {
      throw .shape(layer: name, expected: "an activation and a gate that keep the shape", got: factors)
    }
    return input
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    let (image, squeezed) = plan.fork(input, name: name)
    let means = try plan.globalAverage(squeezed, name: name + ".avgpool")
    let factors = try excitation(channels: plan.shape(of: input).channels)
      .lower(means, prefix: name, into: plan)
    return try plan.gate(image, by: factors, name: name)
  }

  /// Its layers are its own: none of them can be another.
  func mappingSequences(
    under name: String, _ change: ([LayerNode], String) throws(NetworkError) -> [LayerNode]
  ) throws(NetworkError) -> SqueezeExcitation { self }
}

extension SqueezeExcitation {
  enum CodingKeys: String, CodingKey, CaseIterable { case squeeze, activation, gate }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .squeeze)
    self.init(try options.value(.squeeze))
    activation = try options.value(.activation, default: activation)
    gate = try options.value(.gate, default: gate)
  }
}
