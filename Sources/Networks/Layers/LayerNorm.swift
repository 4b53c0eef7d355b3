/// Normalisation over the features of a vector; of an image over the channels of each pixel, or over all of it; with a
/// trained scale and shift for each value that the mean is over.
///
/// Over channels it is ConvNeXt's `LayerNorm2d` (which has epsilon 1e-6), over all PyTorch's
/// `LayerNorm((C, H, W))`.
///
/// Source: Ba, Kiros, Hinton, "Layer normalization", 2016.
public struct LayerNorm: Layer {
  public static let kind = "layer-norm"

  /// What an image's means are over.
  public enum Extent: String, Codable, Sendable, CaseIterable, Choice {
    /// The channels of each pixel.
    case channels
    /// All channels and pixels.
    case all
  }

  /// What an image's means are over; a vector's are over all features.
  public var over: Extent
  /// Added to the variance.
  public var epsilon: Float
  /// Whether there are a scale and a shift.
  public var affine: Bool

  /// Creates a layer norm with PyTorch's defaults.
  public init(over: Extent = .channels, epsilon: Float = 1e-5, affine: Bool = true) {
    self.over = over
    self.epsilon = epsilon
    self.affine = affine
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard epsilon > 0 else { throw .setting(layer: name, problem: "epsilon is positive, not \(epsilon)") }
    return input
  }

  public func parameters(for input: ActivationShape) -> [ParameterSpecification] {
    if !affine { return [] }
    switch (input, over) {
    case (.image(let channels, let height, let width), .all):
      return ParameterSpecification.scaleAndShift([channels, height, width])
    default: return ParameterSpecification.scaleAndShift([input.channels])
    }
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.layerNorm(input, self, name: name)
  }
}

extension LayerNorm {
  enum CodingKeys: String, CodingKey, CaseIterable { case over, epsilon, affine }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .over)
    self.init(
      over: try options.value(.over, default: .channels), epsilon: try options.value(.epsilon, default: 1e-5),
      affine: try options.value(.affine, default: true))
  }
}
