/// The image reduced to a random part of its size and enlarged again: details are lost.
///
/// The scale is uniform in its range. Both ways are antialiased and bilinear, as ``Resize`` (Albumentations takes the
/// nearest pixels).
public struct Downscale: Transform {
  /// The reduced size as a fraction of the image's, 0.01...1; 0.25...0.5 by default.
  public var scale: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A quarter to a half.
  public static let standardScale = 0.25...0.5

  /// A scale in a range.
  public init(scale: ClosedRange<Double> = standardScale, probability: Double = 1) {
    self.scale = scale
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case scale, probability }

  /// All options have defaults; one number fixes the scale.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      scale: try options.range(.scale, default: Self.standardScale) { ($0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: scale, .scale, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the scale.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(scale: stream.uniform(in: scale))
  }

  /// A known scale.
  public struct Plan: TransformPlan {
    static let limits = 0.01...1.0

    /// The reduced size as a fraction of the image's.
    public let scale: Double

    /// Reduces and enlarges the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(scale) else {
        throw .planMismatch(expected: "a scale within \(Self.limits)", got: "\(scale)")
      }
      let size = ImageSize(of: image)
      let small = ImageSize(
        width: max(1, Int((Double(size.width) * scale).rounded())),
        height: max(1, Int((Double(size.height) * scale).rounded())))
      if small == size { return }
      try BoxResize(x: 0, y: 0, box: size, size: small).apply(to: &image)
      try BoxResize(x: 0, y: 0, box: small, size: size).apply(to: &image)
    }
  }
}
