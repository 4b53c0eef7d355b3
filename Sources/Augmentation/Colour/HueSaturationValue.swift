/// Hue, saturation and value (the largest channel) shifted by random amounts.
///
/// The shifts are uniform in their ranges; saturation and value are cut to 0...255 before the colour is made again.
/// Follows Albumentations' `HueSaturationValue`, whose default of 20 steps of hue is 40 degrees, but keeps exact hues
/// between (OpenCV rounds them to 2 degrees). Grey images and alpha stay.
public struct HueSaturationValue: Transform {
  /// The turn of the hue, -180...180 degrees; -40...40 by default.
  public var hueDegrees: ClosedRange<Double>
  /// What is added to the saturation, -255...255 levels; -30...30 by default.
  public var saturation: ClosedRange<Double>
  /// What is added to the value, -255...255 levels; -20...20 by default.
  public var value: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// The default turn of the hue.
  public static let standardHueDegrees = -40.0...40
  /// The default change of the saturation.
  public static let standardSaturation = -30.0...30
  /// The default change of the value.
  public static let standardValue = -20.0...20

  /// Shifts in ranges.
  public init(
    hueDegrees: ClosedRange<Double> = standardHueDegrees,
    saturation: ClosedRange<Double> = standardSaturation, value: ClosedRange<Double> = standardValue,
    probability: Double = 1
  ) {
    self.hueDegrees = hueDegrees
    self.saturation = saturation
    self.value = value
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case hueDegrees = "hue_degrees"
    case saturation, value, probability
  }

  /// All options have defaults; one number is an amount: 20 means -20...20.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      hueDegrees: try options.range(.hueDegrees, default: Self.standardHueDegrees) { (-$0, $0) },
      saturation: try options.range(.saturation, default: Self.standardSaturation) { (-$0, $0) },
      value: try options.range(.value, default: Self.standardValue) { (-$0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the ranges and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: hueDegrees, .hueDegrees, within: Plan.turns)
    try Self.check(range: saturation, .saturation, within: Plan.levels)
    try Self.check(range: value, .value, within: Plan.levels)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the shifts of hue, saturation and value.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let plan = Plan(
      hueDegrees: stream.uniform(in: hueDegrees), saturation: stream.uniform(in: saturation),
      value: stream.uniform(in: value))
    return plan.hueDegrees == 0 && plan.saturation == 0 && plan.value == 0 ? nil : plan
  }

  /// Known shifts.
  public struct Plan: TransformPlan {
    static let turns = -180.0...180
    static let levels = -255.0...255

    /// The turn of the hue in degrees.
    public let hueDegrees: Double
    /// What is added to saturation and value, in levels.
    public let saturation, value: Double

    /// Shifts every pixel.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.turns.contains(hueDegrees), [saturation, value].allSatisfy(Self.levels.contains) else {
        throw .planMismatch(
          expected: "-180 to 180 degrees and shifts of -255 to 255",
          got: "\(hueDegrees), \(saturation), \(value)")
      }
      HueSaturationValueShift(
        sixths: Float(hueDegrees / 60), saturation: Float(saturation / 255), value: Float(value)
      ).apply(to: &image)
    }
  }
}
