/// The colour of the light changed to that of a black body of a random temperature.
///
/// The temperature is uniform in its range. Red and blue are multiplied, in linear light, by what they have in such
/// light relative to green in sRGB's daylight; so near 6500 kelvin little changes, lower ones are redder and higher
/// ones bluer. Grey images and alpha stay.
///
/// Sources: the idea of Zini, Gomez-Villa, Buzzelli, Twardowski, Bagdanov, van de Weijer, "Planckian jitter", ICLR 2023,
/// whose table (Kornia, Albumentations) acts on coded values and takes nearly all blue away at 3000 kelvin; the locus
/// from Kim and others, US patent 7024034, as fitted for 1667 to 25,000 kelvin.
public struct PlanckianJitter: Transform {
  /// The temperature, 1667...25,000 kelvin; 3000...15,000 by default, as in the paper.
  public var kelvin: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// From a light bulb to a blue sky.
  public static let standardKelvin = 3000.0...15_000

  /// A temperature in a range.
  public init(kelvin: ClosedRange<Double> = standardKelvin, probability: Double = 1) {
    self.kelvin = kelvin
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case kelvin, probability }

  /// All options have defaults; one number fixes the temperature.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      kelvin: try options.range(.kelvin, default: Self.standardKelvin) { ($0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: kelvin, .kelvin, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the temperature.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let kelvin = stream.uniform(in: kelvin)
    return Plan(kelvin: kelvin)
  }

  /// A known temperature.
  public struct Plan: TransformPlan, TablePlan {
    static let limits = 1667.0...25_000

    /// The temperature.
    public let kelvin: Double

    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      guard Self.limits.contains(kelvin) else {
        throw .planMismatch(expected: "a temperature of 1667 to 25000 kelvin", got: "\(kelvin)")
      }
      if image.channels == 1 { return nil }
      let light = BlackBody(kelvin: kelvin)
      return ChannelTables(red: .linearGain(light.red), green: .identity, blue: .linearGain(light.blue))
    }
  }
}
