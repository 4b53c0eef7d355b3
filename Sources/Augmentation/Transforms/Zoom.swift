/// The image enlarged or reduced about its centre, bilinearly; the size stays, and a reduced image gets a
/// margin.
///
/// The scale is uniform in its range. Follows torchvision's `affine` with a `scale`. Reduction is not
/// antialiased: keep well above one half, or use `Resize`.
public struct Zoom: Transform {
  /// The scale, 0.01...100: above 1 enlarges. 0.9...1.1 by default.
  public var scale: ClosedRange<Double>
  /// The value of what comes from outside the image, in every channel; 0 by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A tenth larger or smaller.
  public static let standardScale = 0.9...1.1

  /// A zoom by a scale in a range.
  public init(scale: ClosedRange<Double> = standardScale, fill: UInt8 = 0, probability: Double = 1) {
    self.scale = scale
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case scale, fill, probability }

  /// All options have defaults; one number as `scale` fixes it.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      scale: try options.range(.scale, default: Self.standardScale) { ($0, $0) },
      fill: try options.value(.fill, default: 0, expected: "a whole number of 0 to 255"),
      probability: try options.value(.probability, default: 1, expected: "a number of 0 to 1"))
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
    return scale == 1 ? nil : Plan(scale: scale, fill: fill)
  }

  /// A zoom by a known scale.
  public struct Plan: TransformPlan {
    /// The scale: above 1 enlarges.
    public let scale: Double
    /// The value of what comes from outside the image.
    public let fill: UInt8

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard (0.01...100).contains(scale) else {
        throw .planMismatch(expected: "a scale of 0.01 to 100", got: "\(scale)")
      }
      AffineWarp(map: .zoom(scale), fill: fill).apply(to: &image)
    }
  }
}
