/// The image moved away from a smoothed one (above 1: sharper) or towards it (below 1), by a random factor.
///
/// The factor is uniform in its range. Follows torchvision's `adjust_sharpness` on 8-bit tensors: the smoothed image
/// weighs the eight neighbours 1 and the middle 5, and the outermost pixels stay. Alpha stays.
public struct Sharpen: Transform {
  /// The factor, 0...100: 0 is smooth, 1 changes nothing, 2 doubles the edges. 1.2...2 by default.
  public var factor: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// Sharper.
  public static let standardFactor = 1.2...2.0

  /// A change by a factor in a range.
  public init(factor: ClosedRange<Double> = standardFactor, probability: Double = 1) {
    self.factor = factor
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case factor, probability }

  /// All options have defaults; one number fixes the factor.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      factor: try options.range(.factor, default: Self.standardFactor) { ($0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: factor, .factor, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the factor.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let factor = stream.uniform(in: factor)
    return factor == 1 ? nil : Plan(factor: factor)
  }

  /// A known factor.
  public struct Plan: TransformPlan {
    static let limits = 0.0...100

    /// The factor.
    public let factor: Double

    /// Weighs every pixel against its neighbours.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(factor) else {
        throw .planMismatch(expected: "a factor of 0 to 100", got: "\(factor)")
      }
      image.adjustSharpness(factor)
    }
  }
}
