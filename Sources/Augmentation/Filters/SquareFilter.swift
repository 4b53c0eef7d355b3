/// A filter that looks at a square around every pixel, of a random size. The radius is uniform in its range.
protocol SquareFilter: Transform where CodingKeys == SquareFilterKeys, Plan: SquareFilterPlan {
  /// The square has 2 radius + 1 pixels on a side.
  var radius: ClosedRange<Int> { get }

  /// The radii where nothing else is asked for.
  static var standardRadius: ClosedRange<Int> { get }

  /// Squares of a radius in a range, with a probability.
  init(radius: ClosedRange<Int>, probability: Double)
}

/// A filter of a known size.
protocol SquareFilterPlan: TransformPlan {
  /// The radii that it has loops for.
  static var limits: ClosedRange<Int> { get }

  /// A filter of a radius.
  init(radius: Int)
}

/// The options of filters that look at a square.
public enum SquareFilterKeys: String, CodingKey, CaseIterable, Sendable {
  /// How far the filter looks, in pixels.
  case radius
  /// How often the transform happens, 0...1.
  case probability
}

extension SquareFilter {
  /// All options have defaults; one number fixes the radius.
  public init(options: RecipeOptions<SquareFilterKeys>) throws(AugmentationError) {
    self.init(
      radius: try options.integers(.radius, default: Self.standardRadius),
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
    return Plan(radius: stream.integer(in: radius))
  }
}
