/// The image mixed with several changed copies of itself, each from a chain of random operations.
///
/// A share of the image stays, drawn from Beta(alpha, alpha); the rest is split among the chains by a Dirichlet
/// distribution of the same alpha. A chain has one to three operations out of thirteen, each of a random strength below
/// the severity. Follows torchvision's `AugMix` (its `all_ops`); sums are rounded down, as there. Alpha channels stay.
///
/// Source: Hendrycks, Mu, Cubuk, Zoph, Gilmer, Lakshminarayanan, "AugMix: a simple data processing method to improve
/// robustness and uncertainty", ICLR 2020.
public struct AugMix: Transform {
  /// The number of strengths that are drawn from, out of ten, 1...10; 3 by default.
  public var severity: Int
  /// The number of chains, 1...20; 3 by default.
  public var width: Int
  /// The number of operations in a chain, 1...20; 1...3 by default.
  public var depth: ClosedRange<Int>
  /// The shape of the distributions of shares, 0.1...100; 1 by default: all shares are equally likely.
  public var alpha: Double
  /// How warps find values between pixels; bilinear by default.
  public var interpolation: Interpolation
  /// The value of what comes from outside the image, in every channel; 0 by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// One to three operations.
  public static let standardDepth = 1...3

  /// A mixture.
  public init(
    severity: Int = 3, width: Int = 3, depth: ClosedRange<Int> = standardDepth, alpha: Double = 1,
    interpolation: Interpolation = .bilinear, fill: UInt8 = 0, probability: Double = 1
  ) {
    self.severity = severity
    self.width = width
    self.depth = depth
    self.alpha = alpha
    self.interpolation = interpolation
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case severity, width, depth, alpha, interpolation, fill, probability
  }

  /// All options have defaults; one number fixes the depth.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      severity: try options.value(.severity, default: 3, expected: "a whole number"),
      width: try options.value(.width, default: 3, expected: "a whole number"),
      depth: try options.integers(.depth, default: Self.standardDepth),
      alpha: try options.value(.alpha, default: 1, expected: "a number"),
      interpolation: try options.interpolation(.interpolation), fill: try options.fill(.fill),
      probability: try options.probability(.probability))
  }

  /// Checks the numbers and the probability.
  public func validate() throws(AugmentationError) {
    try Self.require((1...10).contains(severity), .severity, "1 to 10", got: severity)
    try Self.require((1...20).contains(width), .width, "1 to 20", got: width)
    try Self.check(range: depth, .depth, within: 1...20)
    try Self.require((0.1...100).contains(alpha), .alpha, "0.1 to 100", got: alpha)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the image's share, the chains' shares, and then for each chain its depth and operations.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let share = stream.beta(alpha, alpha)
    let parts = (0..<width).map { _ in stream.gamma(shape: alpha) }
    let sum = parts.reduce(0, +)
    let space = PolicySpace.mix
    let chains = parts.map { part in
      let operations = (0..<stream.integer(in: depth)).map { _ in
        let kind = space.kinds[stream.integer(in: 0...space.kinds.count - 1)]
        let bin = stream.integer(in: 0...severity - 1)
        let isNegative = stream.chance(0.5)
        return space.operation(kind, bin: bin, of: 10, isNegative: isNegative, size: size)
      }
      return Chain(share: (1 - share) * part / sum, operations: operations)
    }
    return Plan(
      share: share, chains: chains, sampling: Sampling(interpolation: interpolation, fill: fill))
  }
}

extension AugMix {
  /// Operations in order, and the share of what they make.
  public struct Chain: Codable, Equatable, Sendable {
    /// The share in the mixture, 0...1.
    public let share: Double
    /// What is done.
    public let operations: [PolicyOperation]

    /// Operations and their share.
    public init(share: Double, operations: [PolicyOperation]) {
      self.share = share
      self.operations = operations
    }
  }

  /// A known mixture.
  public struct Plan: TransformPlan {
    /// The share of the image itself, 0...1; with those of the chains the sum is 1.
    public let share: Double
    /// The chains.
    public let chains: [Chain]
    /// How warps read the image.
    public let sampling: Sampling

    /// A mixture of the image and of what chains make of it.
    public init(share: Double, chains: [Chain], sampling: Sampling = Sampling()) {
      self.share = share
      self.chains = chains
      self.sampling = sampling
    }

    /// Applies every chain to the image and mixes, in fp32.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      let shares = [share] + chains.map(\.share)
      guard shares.allSatisfy((0...1).contains), shares.reduce(0, +) <= 1 + 1e-6 else {
        throw .planMismatch(expected: "shares of 0 to 1 that add up to 1", got: "\(shares)")
      }
      var sum = ImageSum(image, share: Float(share))
      for chain in chains {
        var changed = image
        try PolicyPlan(operations: chain.operations, sampling: sampling).apply(to: &changed)
        sum.add(changed, share: Float(chain.share))
      }
      let original = image
      sum.store(into: &image)
      if image.channels == 4 { image.restoreAlpha(from: original) }
    }
  }
}
