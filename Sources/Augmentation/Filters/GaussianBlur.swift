/// The image smoothed by a Gaussian of a random width.
///
/// The width is uniform in its range. Follows torchvision's `gaussian_blur` on 8-bit tensors, with a kernel that reaches
/// three sigma; the border is mirrored. Alpha stays.
public struct GaussianBlur: Transform {
  /// The Gaussian's standard deviation in pixels, 0.05...5; 0.1...2 by default, as torchvision's `GaussianBlur`.
  public var sigma: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// From next to nothing to soft.
  public static let standardSigma = 0.1...2.0

  /// A blur of a width in a range.
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

  /// Draws the width.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(sigma: stream.uniform(in: sigma))
  }

  /// A known width.
  public struct Plan: TransformPlan {
    static let limits = 0.05...5.0

    /// The standard deviation in pixels.
    public let sigma: Double

    /// Changes the image; alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(sigma) else {
        throw .planMismatch(expected: "a sigma within \(Self.limits)", got: "\(sigma)")
      }
      let kernel = GaussianKernel(sigma: sigma)
      image.smooth(by: kernel)
    }
  }
}
