/// A learned policy: one of 25 pairs of operations, each of which happens with a probability and a strength that
/// were found by search.
///
/// All pairs are equally likely; operations with two directions draw a sign. Follows torchvision's `AutoAugment`, but
/// warps are bilinear by default (`nearest` gives torchvision's default).
///
/// Source: Cubuk, Zoph, Mané, Vasudevan, Le, "AutoAugment: learning augmentation strategies from data", CVPR 2019.
public struct AutoAugment: Transform {
  /// The data that a policy was found for.
  public enum Policy: String, Codable, CaseIterable, Sendable {
    /// Photographs of a thousand classes.
    case imagenet
    /// Small photographs of ten classes.
    case cifar10
    /// House numbers.
    case svhn
  }

  /// The policy; ImageNet's by default.
  public var policy: Policy
  /// How warps find values between pixels; bilinear by default.
  public var interpolation: Interpolation
  /// The value of what comes from outside the image, in every channel; 0 by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A policy.
  public init(
    _ policy: Policy = .imagenet, interpolation: Interpolation = .bilinear, fill: UInt8 = 0,
    probability: Double = 1
  ) {
    self.policy = policy
    self.interpolation = interpolation
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case policy, interpolation, fill, probability }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      try options.value(.policy, default: .imagenet, expected: "imagenet, cifar10 or svhn"),
      interpolation: try options.interpolation(.interpolation), fill: try options.fill(.fill),
      probability: try options.probability(.probability))
  }

  /// Checks the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(probability: probability, .probability)
  }

  /// Draws the pair, and then for each operation whether it happens and a sign.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> PolicyPlan? {
    var stream = key.parameters()
    let pairs = policy.pairs
    let pair = pairs[stream.integer(in: 0...pairs.count - 1)]
    var operations: [PolicyOperation] = []
    for step in [pair.first, pair.second] {
      let (happens, isNegative) = (stream.chance(step.probability), stream.chance(0.5))
      if happens {
        operations.append(
          PolicySpace.standard.operation(
            step.kind, bin: step.strength, of: 10, isNegative: isNegative, size: size))
      }
    }
    if operations.isEmpty { return nil }
    return PolicyPlan(
      operations: operations, sampling: Sampling(interpolation: interpolation, fill: fill))
  }
}
