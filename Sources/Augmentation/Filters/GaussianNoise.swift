/// Normal noise of a random strength, drawn for each value by itself.
///
/// The strength is uniform in its range. As torchvision's `GaussianNoise` with a mean of 0, but rounded to nearest. The
/// noise is cut at 3.3 standard deviations. Alpha stays.
public struct GaussianNoise: Transform {
  /// The standard deviation as a fraction of 255, 0...1; 0.02...0.1 by default (torchvision's is 0.1).
  public var sigma: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// Up to torchvision's.
  public static let standardSigma = 0.02...0.1

  /// Noise of a strength in a range.
  public init(sigma: ClosedRange<Double> = standardSigma, probability: Double = 1) {
    self.sigma = sigma
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case sigma, probability }

  /// All options have defaults; one number fixes the sigma.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      sigma: try options.range(.sigma, default: Self.standardSigma) { ($0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: sigma, .sigma, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the strength and the key of the noise.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(sigma: stream.uniform(in: sigma), noise: stream.next())
  }

  /// A known strength, and where the noise is drawn.
  public struct Plan: TransformPlan {
    static let limits = 0.0...1.0

    /// The standard deviation as a fraction of 255.
    public let sigma: Double
    /// The key of the noise.
    public let noise: UInt32

    /// Changes the image; alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(sigma) else {
        throw .planMismatch(expected: "a sigma within \(Self.limits)", got: "\(sigma)")
      }
      image.drawLevels(key: noise) { level, quantile in
        Double(level) + 255 * sigma * quantile
      }
    }
  }
}
