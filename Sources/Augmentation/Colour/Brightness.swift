/// Every value multiplied by a random factor.
///
/// The factor is uniform in its range. Follows torchvision's `adjust_brightness` on 8-bit tensors; alpha stays.
public struct Brightness: Transform {
  /// The factor, 0...100: 0 is black, 1 changes nothing. 0.8...1.2 by default, as Albumentations' ±0.2.
  public var factor: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A fifth darker or brighter.
  public static let standardFactor = 0.8...1.2

  /// A change by a factor in a range.
  public init(factor: ClosedRange<Double> = standardFactor, probability: Double = 1) {
    self.factor = factor
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case factor, probability }

  /// All options have defaults; one number is an amount: 0.2 means factors of 0.8...1.2.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      factor: try options.range(.factor, default: Self.standardFactor) { (max(0, 1 - $0), 1 + $0) },
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
  public struct Plan: TransformPlan, TablePlan {
    static let limits = 0.0...100

    /// The factor.
    public let factor: Double

    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      guard Self.limits.contains(factor) else {
        throw .planMismatch(expected: "a factor of 0 to 100", got: "\(factor)")
      }
      return ChannelTables(.brightness(factor))
    }
  }
}
