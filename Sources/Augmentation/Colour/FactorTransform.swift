/// A change of values by a random factor, which is uniform in its range: 1 changes nothing.
protocol FactorTransform: Transform where CodingKeys == FactorKeys, Plan: FactorPlan {
  /// The factor, 0...100.
  var factor: ClosedRange<Double> { get }
  /// The factors where nothing else is asked for.
  static var standardFactor: ClosedRange<Double> { get }

  /// A change by a factor in a range, with a probability.
  init(factor: ClosedRange<Double>, probability: Double)
}

/// A change by a known factor.
protocol FactorPlan: TablePlan {
  /// The factor.
  var factor: Double { get }

  /// A change by a factor.
  init(factor: Double)

  /// The tables of a factor within its limits.
  func knownTables(for image: TabledImage) -> ChannelTables
}

/// The options of changes by a factor.
public enum FactorKeys: String, CodingKey, CaseIterable, Sendable {
  /// By how much, 0...100.
  case factor
  /// How often the transform happens, 0...1.
  case probability
}

extension FactorTransform {
  /// All options have defaults; one number is an amount: 0.2 means factors of 0.8...1.2.
  public init(options: RecipeOptions<FactorKeys>) throws(AugmentationError) {
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
}

extension FactorPlan {
  static var limits: ClosedRange<Double> { 0...100 }

  func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
    guard Self.limits.contains(factor) else {
      throw .planMismatch(expected: "a factor of 0 to 100", got: "\(factor)")
    }
    return knownTables(for: image)
  }
}
