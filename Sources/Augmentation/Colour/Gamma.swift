/// Every value, on a scale of 0...1, raised to a random power.
///
/// The exponent is uniform in its range. Follows torchvision's `adjust_gamma` on 8-bit tensors; alpha stays.
public struct Gamma: Transform {
  /// The exponent, 0...100: below 1 brightens, above 1 darkens, 1 changes nothing. 0.8...1.2 by default, as
  /// Albumentations' 80-120%.
  public var exponent: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A fifth below or above 1.
  public static let standardExponent = 0.8...1.2

  /// A change by an exponent in a range.
  public init(exponent: ClosedRange<Double> = standardExponent, probability: Double = 1) {
    self.exponent = exponent
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case exponent, probability }

  /// All options have defaults; one number fixes the exponent.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      exponent: try options.range(.exponent, default: Self.standardExponent) { ($0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: exponent, .exponent, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the exponent.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let exponent = stream.uniform(in: exponent)
    return exponent == 1 ? nil : Plan(exponent: exponent)
  }

  /// A known exponent.
  public struct Plan: TransformPlan, TablePlan {
    static let limits = 0.0...100

    /// The exponent.
    public let exponent: Double

    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      guard Self.limits.contains(exponent) else {
        throw .planMismatch(expected: "an exponent of 0 to 100", got: "\(exponent)")
      }
      // torchvision goes back to whole numbers by multiplying 0...1 by 255.999 and rounding down.
      return ChannelTables(ValueTable { Float(255.999 * power(Double($0) / 255, exponent)) })
    }
  }
}
