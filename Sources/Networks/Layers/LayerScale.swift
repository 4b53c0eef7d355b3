/// A trained factor for each channel, small at first, so that a deep residual branch begins near zero.
///
/// The state is `layer_scale`, `[C, 1, 1]`, as torchvision's.
///
/// Source: Touvron, Cord, Sablayrolles, Synnaeve, Jégou, "Going deeper with image transformers", ICCV 2021.
public struct LayerScale: Layer {
  public static let kind = "layer-scale"

  /// What every factor starts with.
  public var initial: Float

  /// Creates a layer scale.
  public init(_ initial: Float = 1e-6) { self.initial = initial }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard initial.isFinite else {
      throw .setting(layer: name, problem: "initial is a finite number, not \(initial)")
    }
    return input
  }

  public func parameters(for input: ActivationShape) -> [ParameterSpecification] {
    [
      ParameterSpecification(
        name: Self.state, shape: [input.channels, 1, 1], role: .offset, initializer: .constant(initial))
    ]
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.scaleChannels(input, factors: name + "." + Self.state, name: name, kind: Self.kind)
  }

  private static let state = "layer_scale"
}

extension LayerScale {
  enum CodingKeys: String, CodingKey, CaseIterable { case initial }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .initial)
    self.init(try options.value(.initial, default: LayerScale().initial))
  }
}
