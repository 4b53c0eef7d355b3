/// A few operations out of fourteen, all of one strength.
///
/// Each is drawn alone, so that one may come twice; those with two directions draw a sign. Follows torchvision's
/// `RandAugment`, but warps are bilinear by default (`nearest` gives torchvision's default).
///
/// Source: Cubuk, Zoph, Shlens, Le, "RandAugment: practical automated data augmentation with a reduced search space",
/// NeurIPS 2020.
public struct RandAugment: Transform {
  /// How many operations, 0...20; 2 by default.
  public var count: Int
  /// Their strength, 0 to `bins` - 1; 9 by default.
  public var magnitude: Int
  /// How many strengths there are, 2...1000; 31 by default.
  public var bins: Int
  /// How warps find values between pixels; bilinear by default.
  public var interpolation: Interpolation
  /// The value of what comes from outside the image, in every channel; 0 by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A number of operations of one strength.
  public init(
    count: Int = 2, magnitude: Int = 9, bins: Int = 31, interpolation: Interpolation = .bilinear,
    fill: UInt8 = 0, probability: Double = 1
  ) {
    self.count = count
    self.magnitude = magnitude
    self.bins = bins
    self.interpolation = interpolation
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case count, magnitude, bins, interpolation, fill, probability
  }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      count: try options.value(.count, default: 2, expected: "a whole number"),
      magnitude: try options.value(.magnitude, default: 9, expected: "a whole number"),
      bins: try options.value(.bins, default: 31, expected: "a whole number"),
      interpolation: try options.interpolation(.interpolation), fill: try options.fill(.fill),
      probability: try options.probability(.probability))
  }

  /// Checks the numbers and the probability.
  public func validate() throws(AugmentationError) {
    try Self.require((0...20).contains(count), .count, "0 to 20", got: count)
    try Self.require((2...1000).contains(bins), .bins, "2 to 1000", got: bins)
    try Self.require(
      (0..<bins).contains(magnitude), .magnitude, "0 to \(bins - 1) (bins - 1)", got: magnitude)
    try Self.check(probability: probability, .probability)
  }

  /// Draws for each operation which one and a sign.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> PolicyPlan? {
    var stream = key.parameters()
    let space = PolicySpace.standard
    var operations: [PolicyOperation] = []
    for _ in 0..<count {
      let kind = space.kinds[stream.integer(in: 0...space.kinds.count - 1)]
      let isNegative = stream.chance(0.5)
      operations.append(
        space.operation(kind, bin: magnitude, of: bins, isNegative: isNegative, size: size))
    }
    operations.removeAll { $0.kind == .identity }
    if operations.isEmpty { return nil }
    return PolicyPlan(
      operations: operations, sampling: Sampling(interpolation: interpolation, fill: fill))
  }
}
