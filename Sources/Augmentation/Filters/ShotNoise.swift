/// The noise of counting light: every value becomes a Poisson number of photons.
///
/// The number of photons that make 255 is uniform in its range; a value's mean stays and its deviation is the root of its
/// photons. (Albumentations does so in linear light; its scale of 0.1 to 0.3 is 100 to 11 photons.) Counts beyond
/// one in 2048 on either side are not drawn. Alpha stays.
public struct ShotNoise: Transform {
  /// The mean number of photons of the value 255, 1...500: the fewer, the more noise. 20...200 by default.
  public var photons: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// From dim to fair light.
  public static let standardPhotons = 20.0...200.0

  /// Noise of a number of photons in a range.
  public init(photons: ClosedRange<Double> = standardPhotons, probability: Double = 1) {
    self.photons = photons
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case photons, probability }

  /// All options have defaults; one number fixes the photons.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      photons: try options.range(.photons, default: Self.standardPhotons) { ($0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: photons, .photons, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the number of photons and the key of the noise.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(photons: stream.uniform(in: photons), noise: stream.next())
  }

  /// A known amount of light, and where the noise is drawn.
  public struct Plan: TransformPlan {
    static let limits = 1.0...500.0

    /// The mean number of photons of the value 255.
    public let photons: Double
    /// The key of the noise.
    public let noise: UInt32

    /// Changes the image; alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(photons) else {
        throw .planMismatch(expected: "a photons within \(Self.limits)", got: "\(photons)")
      }
      image.drawPhotons(of: photons, key: noise)
    }
  }
}
