/// The image as if on a cloth that is pulled about: a random displacement of every pixel, smoothed by a Gaussian.
///
/// Follows torchvision's `ElasticTransform`: displacements are uniform in -1...1 before they are smoothed, and an
/// `alpha` of 2 means a pixel. Source: Simard, Steinkraus, Platt, "Best practices for convolutional neural networks",
/// ICDAR 2003.
public struct Elastic: SamplingTransform {
  /// The strength, 0...10,000: twice the displacement in pixels of what is 1 after smoothing; 50 by default.
  public var alpha: Double
  /// The Gaussian's standard deviation, 0...100 pixels; 5 by default.
  public var sigma: Double
  /// How values between pixels are found; bilinear by default.
  public var interpolation: Interpolation
  /// What lies beyond the border; constant by default.
  public var border: Border
  /// The value beyond a constant border, in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A displacement of a strength and smoothness.
  public init(
    alpha: Double = 50, sigma: Double = 5, interpolation: Interpolation = .bilinear,
    border: Border = .constant, fill: UInt8 = 0,
    probability: Double = 1
  ) {
    self.alpha = alpha
    self.sigma = sigma
    self.interpolation = interpolation
    self.border = border
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case alpha, sigma
    case interpolation, border, fill, probability
  }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      alpha: try options.value(.alpha, default: 50, expected: "a number of 0 to 10000"),
      sigma: try options.value(.sigma, default: 5, expected: "a number of 0 to 100"),
      interpolation: try options.interpolation(.interpolation), border: try options.border(.border),
      fill: try options.fill(.fill), probability: try options.probability(.probability))
  }

  /// Checks every value.
  public func validate() throws(AugmentationError) {
    try Self.require((0...10_000).contains(alpha), .alpha, "between 0 and 10000", got: alpha)
    try Self.require((0...100).contains(sigma), .sigma, "between 0 and 100", got: sigma)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the word that the displacements come from.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let seed = stream.next()
    return alpha == 0 ? nil : Plan(alpha: alpha, sigma: sigma, seed: seed, sampling: sampling)
  }
}

extension Elastic {
  /// A known displacement.
  public struct Plan: WarpPlan {
    /// The strength.
    public let alpha: Double
    /// The Gaussian's standard deviation in pixels.
    public let sigma: Double
    /// What the displacements are drawn from.
    public let seed: UInt32
    /// How the image is read.
    public let sampling: Sampling

    /// Warps the image.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) { try applyWarp(to: &image) }

    func warp(for size: ImageSize) throws(AugmentationError) -> Warp {
      guard (0...10_000).contains(alpha), (0...100).contains(sigma) else {
        throw .planMismatch(
          expected: "an alpha of 0 to 10000 and a sigma of 0 to 100", got: "\(alpha), \(sigma)")
      }
      let field = DisplacementField(alpha: alpha, sigma: sigma, seed: seed, size: size)
      return Warp(field: field, sampling: sampling)
    }
  }
}
