/// One or two of red, green and blue replaced by one value.
///
/// The number of channels is uniform in its range and so is the choice among them, as in Albumentations'
/// `ChannelDropout`. Grey images and alpha stay.
public struct ChannelDropout: Transform {
  /// How many channels are dropped, 1...2; 1 by default.
  public var count: ClosedRange<Int>
  /// The value in their place, 0...255; 0 by default.
  public var fill: UInt8
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// A single channel.
  public static let standardCount = 1...1

  /// A number of channels in a range.
  public init(count: ClosedRange<Int> = standardCount, fill: UInt8 = 0, probability: Double = 0.5) {
    self.count = count
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case count, fill, probability }

  /// All options have defaults; one number fixes the count.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      count: try options.integers(.count, default: Self.standardCount),
      fill: try options.value(.fill, default: 0, expected: "a whole number of 0 to 255"),
      probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks the count and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: count, .count, within: 1...2)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the number of channels and then which ones.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let count = stream.integer(in: count)
    // To drop two is to keep one.
    let chosen = stream.integer(in: 0...2)
    return Plan(channels: (0..<3).filter { ($0 == chosen) == (count == 1) }, fill: fill)
  }

  /// Known channels.
  public struct Plan: TransformPlan, TablePlan {
    /// Those that are dropped: 0 red, 1 green, 2 blue.
    public let channels: [Int]
    /// The value in their place.
    public let fill: UInt8

    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      guard channels.allSatisfy((0..<3).contains) else {
        throw .planMismatch(expected: "channels of 0 to 2", got: "\(channels)")
      }
      if image.channels == 1 { return nil }
      let flat = ValueTable(bytes: { _ in fill })
      return ChannelTables(
        red: channels.contains(0) ? flat : .identity, green: channels.contains(1) ? flat : .identity,
        blue: channels.contains(2) ? flat : .identity)
    }
  }
}
