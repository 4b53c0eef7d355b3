/// The image enlarged or reduced about its centre; the size stays, and a reduced image gets a margin.
///
/// The scale is uniform in its range. Follows torchvision's `affine` with a `scale`. Reduction is not
/// antialiased: keep well above one half, or use `Resize`.
public struct Zoom: SamplingTransform {
  /// The scale, 0.01...100: above 1 enlarges. 0.9...1.1 by default.
  public var scale: ClosedRange<Double>
  /// How values between pixels are found; bilinear by default.
  public var interpolation: Interpolation
  /// What lies beyond the border; constant by default.
  public var border: Border
  /// The value beyond a constant border, in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A tenth larger or smaller.
  public static let standardScale = 0.9...1.1

  /// A zoom by a scale in a range.
  public init(
    scale: ClosedRange<Double> = standardScale, interpolation: Interpolation = .bilinear,
    border: Border = .constant, fill: UInt8 = 0, probability: Double = 1
  ) {
    self.scale = scale
    self.interpolation = interpolation
    self.border = border
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case scale, interpolation, border, fill, probability
  }

  /// All options have defaults; one number as `scale` fixes it.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      scale: try options.range(.scale, default: Self.standardScale) { ($0, $0) },
      interpolation: try options.interpolation(.interpolation), border: try options.border(.border),
      fill: try options.fill(.fill), probability: try options.probability(.probability))
  }

  /// Checks the scales and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: scale, .scale, within: 0.01...100)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the scale.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let scale = stream.uniform(in: scale)
    if scale == 1 { return nil }
    return Plan(scale: scale, sampling: sampling)
  }

  /// A zoom by a known scale.
  public struct Plan: WarpPlan {
    /// The scale: above 1 enlarges.
    public let scale: Double
    /// How the image is read.
    public let sampling: Sampling

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) { try applyWarp(to: &image) }

    func warp(for size: ImageSize) throws(AugmentationError) -> Warp {
      guard (0.01...100).contains(scale) else {
        throw .planMismatch(expected: "a scale of 0.01 to 100", got: "\(scale)")
      }
      return Warp(map: .zoom(scale), sampling: sampling)
    }
  }
}
