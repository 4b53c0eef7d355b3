/// Some pixels replaced by white or black ones.
///
/// The share of pixels is uniform in its range; white and black are equally likely. Alpha stays.
public struct SaltAndPepper: Transform {
  /// The share of the pixels, 0...1; 0.01...0.06 by default, as Albumentations.
  public var amount: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A few in a hundred.
  public static let standardAmount = 0.01...0.06

  /// A share in a range.
  public init(amount: ClosedRange<Double> = standardAmount, probability: Double = 1) {
    self.amount = amount
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case amount, probability }

  /// All options have defaults; one number fixes the amount.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      amount: try options.range(.amount, default: Self.standardAmount) { ($0, $0) },
      probability: try options.probability(.probability))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: amount, .amount, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the share and the key of the pixels.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(amount: stream.uniform(in: amount), noise: stream.next())
  }

  /// A known share, and where the pixels are drawn.
  public struct Plan: TransformPlan {
    static let limits = 0.0...1.0

    /// The share of the pixels.
    public let amount: Double
    /// The key of the noise.
    public let noise: UInt32

    /// Changes the image; alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(amount) else {
        throw .planMismatch(expected: "a amount within \(Self.limits)", got: "\(amount)")
      }
      image.sprinkle(amount, key: noise)
    }
  }
}
