/// A random number of levels added to each of red, green and blue.
///
/// The shifts are uniform in their ranges; sums are rounded and cut to 0...255, as in Albumentations' `RGBShift`.
/// Grey images and alpha stay.
public struct RGBShift: Transform {
  /// What is added to red, -255...255 levels; -20...20 by default.
  public var red: ClosedRange<Double>
  /// What is added to green, -255...255 levels; -20...20 by default.
  public var green: ClosedRange<Double>
  /// What is added to blue, -255...255 levels; -20...20 by default.
  public var blue: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// Twenty levels either way.
  public static let standardShift = -20.0...20

  /// Shifts in ranges.
  public init(
    red: ClosedRange<Double> = standardShift, green: ClosedRange<Double> = standardShift,
    blue: ClosedRange<Double> = standardShift, probability: Double = 1
  ) {
    self.red = red
    self.green = green
    self.blue = blue
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case red, green, blue, probability }

  /// All options have defaults; one number is an amount: 20 means -20...20.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      red: try options.range(.red, default: Self.standardShift) { (-$0, $0) },
      green: try options.range(.green, default: Self.standardShift) { (-$0, $0) },
      blue: try options.range(.blue, default: Self.standardShift) { (-$0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the ranges and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: red, .red, within: Plan.limits)
    try Self.check(range: green, .green, within: Plan.limits)
    try Self.check(range: blue, .blue, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the shifts of red, green and blue.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(
      red: stream.uniform(in: red), green: stream.uniform(in: green), blue: stream.uniform(in: blue))
  }

  /// Known shifts.
  public struct Plan: TransformPlan, TablePlan {
    static let limits = -255.0...255

    /// What is added, in levels.
    public let red, green, blue: Double

    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      guard [red, green, blue].allSatisfy(Self.limits.contains) else {
        throw .planMismatch(expected: "shifts of -255 to 255", got: "\(red), \(green), \(blue)")
      }
      if image.channels == 1 { return nil }
      return ChannelTables(red: .shift(by: red), green: .shift(by: green), blue: .shift(by: blue))
    }
  }
}

extension ValueTable {
  /// Adds a number of levels, rounded.
  fileprivate static func shift(by levels: Double) -> ValueTable {
    ValueTable { $0 + Float(levels) + 0.5 }
  }
}
