/// Values at and above a random threshold inverted (255 - value).
///
/// The threshold is uniform in its range. Agrees with torchvision's `solarize`, exactly; alpha stays.
public struct Solarize: Transform {
  /// The threshold, 0...256: 0 inverts everything, 256 nothing. 128 by default, as Albumentations.
  public var threshold: ClosedRange<Double>
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// The upper half.
  public static let standardThreshold = 128.0...128

  /// A threshold in a range.
  public init(threshold: ClosedRange<Double> = standardThreshold, probability: Double = 0.5) {
    self.threshold = threshold
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case threshold, probability }

  /// All options have defaults; one number fixes the threshold.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      threshold: try options.range(.threshold, default: Self.standardThreshold) { ($0, $0) },
      probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: threshold, .threshold, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the threshold.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let threshold = stream.uniform(in: threshold)
    return Plan(threshold: threshold)
  }

  /// A known threshold.
  public struct Plan: TransformPlan, TablePlan {
    static let limits = 0.0...256

    /// The first value that is inverted.
    public let threshold: Double

    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      guard Self.limits.contains(threshold) else {
        throw .planMismatch(expected: "a threshold of 0 to 256", got: "\(threshold)")
      }
      let threshold = threshold
      return ChannelTables(ValueTable(bytes: { Double($0) >= threshold ? 255 - $0 : $0 }))
    }
  }
}
