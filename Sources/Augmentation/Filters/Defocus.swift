/// The image out of focus: every point becomes a disk of a random size.
///
/// The radius is uniform in its range. Pixels at the disk's edge weigh what of them lies within it, to first order; the
/// border is mirrored. Alpha stays.
///
/// Source: the disk blur of Hendrycks, Dietterich, "Benchmarking neural network robustness to common corruptions and
/// perturbations", ICLR 2019.
public struct Defocus: Transform {
  /// The disk's radius in pixels, 0.5...10; 1...4 by default (Albumentations' 3 to 10 leaves little of small images).
  public var radius: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A few pixels.
  public static let standardRadius = 1.0...4.0

  /// Disks of a radius in a range.
  public init(radius: ClosedRange<Double> = standardRadius, probability: Double = 1) {
    self.radius = radius
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case radius, probability }

  /// All options have defaults; one number fixes the radius.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      radius: try options.range(.radius, default: Self.standardRadius) { ($0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: radius, .radius, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the radius.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(radius: stream.uniform(in: radius))
  }

  /// A known size.
  public struct Plan: TransformPlan {
    static let limits = 0.5...10.0

    /// The disk's radius in pixels.
    public let radius: Double

    /// Changes the image; alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(radius) else {
        throw .planMismatch(expected: "a radius within \(Self.limits)", got: "\(radius)")
      }
      image.weigh(FilterTaps(diskOfRadius: radius))
    }
  }
}
