/// One operation out of fourteen, of random strength, in a wide range.
///
/// Operation, strength and, for those with two directions, sign are uniform. Follows torchvision's
/// `TrivialAugmentWide`, but warps are bilinear by default (`nearest` gives torchvision's default).
///
/// Source: Müller, Hutter, "TrivialAugment: tuning-free yet state-of-the-art data augmentation", ICCV 2021.
public struct TrivialAugmentWide: Transform {
  /// How many strengths there are, 2...1000; 31 by default.
  public var bins: Int
  /// How warps find values between pixels; bilinear by default.
  public var interpolation: Interpolation
  /// The value of what comes from outside the image, in every channel; 0 by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// An operation of one of a number of strengths.
  public init(
    bins: Int = 31, interpolation: Interpolation = .bilinear, fill: UInt8 = 0, probability: Double = 1
  ) {
    self.bins = bins
    self.interpolation = interpolation
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case bins, interpolation, fill, probability }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      bins: try options.value(.bins, default: 31, expected: "a whole number"),
      interpolation: try options.interpolation(.interpolation), fill: try options.fill(.fill),
      probability: try options.probability(.probability))
  }

  /// Checks the strengths and the probability.
  public func validate() throws(AugmentationError) {
    try Self.require((2...1000).contains(bins), .bins, "2 to 1000", got: bins)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the operation, its strength and a sign.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> PolicyPlan? {
    var stream = key.parameters()
    let space = PolicySpace.wide
    let kind = space.kinds[stream.integer(in: 0...space.kinds.count - 1)]
    let bin = stream.integer(in: 0...bins - 1)
    let isNegative = stream.chance(0.5)
    if kind == .identity { return nil }
    let operation = space.operation(kind, bin: bin, of: bins, isNegative: isNegative, size: size)
    return PolicyPlan(
      operations: [operation], sampling: Sampling(interpolation: interpolation, fill: fill))
  }
}
