/// Normalisation of each image by itself, over all pixels and the channels of each group, with a trained scale and shift
/// for each channel. Nothing depends on the mini-batch, so that training and inference are alike.
///
/// Source: Wu, He, "Group normalization", ECCV 2018.
public struct GroupNorm: Layer {
  public static let kind = "group-norm"

  /// Groups of neighbouring channels; they divide the channels.
  public var groups: Int
  /// Added to the variance.
  public var epsilon: Float
  /// Whether there are a scale and a shift.
  public var affine: Bool

  /// Creates a group norm with PyTorch's defaults.
  public init(_ groups: Int, epsilon: Float = 1e-5, affine: Bool = true) {
    self.groups = groups
    self.epsilon = epsilon
    self.affine = affine
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard groups > 0, epsilon > 0 else {
      throw .setting(layer: name, problem: "groups is at least 1 and epsilon is positive")
    }
    guard input.channels % groups == 0 else {
      throw .shape(layer: name, expected: "channels that \(groups) groups divide", got: input)
    }
    return input
  }

  public func parameters(for input: ActivationShape) -> [ParameterSpecification] {
    affine ? ParameterSpecification.scaleAndShift([input.channels]) : []
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.groupNorm(input, self, name: name)
  }
}

extension GroupNorm {
  enum CodingKeys: String, CodingKey, CaseIterable { case groups, epsilon, affine }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .groups)
    self.init(
      try options.value(.groups), epsilon: try options.value(.epsilon, default: 1e-5),
      affine: try options.value(.affine, default: true))
  }
}

extension ParameterSpecification {
  /// The trained scale and shift of a norm.
  static func scaleAndShift(_ shape: [Int]) -> [ParameterSpecification] {
    [
      ParameterSpecification(name: "weight", shape: shape, role: .offset, initializer: .ones),
      ParameterSpecification(name: "bias", shape: shape, role: .offset, initializer: .zeros),
    ]
  }
}
