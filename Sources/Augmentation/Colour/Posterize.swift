/// Every value cut to its highest bits; the lower ones become 0.
///
/// The number of bits is uniform in its range. Agrees with torchvision's `posterize`, exactly; alpha stays.
public struct Posterize: Transform {
  /// How many bits are left, 0...8: 8 changes nothing, 0 is black. 4 by default, as Albumentations.
  public var bits: ClosedRange<Int>
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// 16 levels.
  public static let standardBits = 4...4

  /// A number of bits in a range.
  public init(bits: ClosedRange<Int> = standardBits, probability: Double = 0.5) {
    self.bits = bits
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case bits, probability }

  /// All options have defaults; one number fixes the bits.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      bits: try options.integers(.bits, default: Self.standardBits),
      probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: bits, .bits, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the number of bits.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let bits = stream.integer(in: bits)
    return bits == 8 ? nil : Plan(bits: bits)
  }

  /// A known number of bits.
  public struct Plan: TransformPlan, TablePlan {
    static let limits = 0...8

    /// How many bits are left.
    public let bits: Int

    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      guard Self.limits.contains(bits) else { throw .planMismatch(expected: "0 to 8 bits", got: "\(bits)") }
      let mask = UInt8(truncatingIfNeeded: 255 << (8 - bits))
      return ChannelTables(ValueTable(bytes: { $0 & mask }))
    }
  }
}
