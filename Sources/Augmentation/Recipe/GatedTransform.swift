/// A transform whose one option is how often it happens.
protocol GatedTransform: Transform where CodingKeys == ProbabilityKeys {
  /// How often it happens unless told otherwise.
  static var standardProbability: Double { get }

  /// A change that happens with a probability.
  init(probability: Double)
}

/// The options of transforms that have but one.
public enum ProbabilityKeys: String, CodingKey, CaseIterable, Sendable {
  /// How often the transform happens, 0...1.
  case probability
}

extension GatedTransform {
  /// The probability has a default.
  public init(options: RecipeOptions<ProbabilityKeys>) throws(AugmentationError) {
    self.init(probability: try options.probability(.probability, default: Self.standardProbability))
  }

  /// Checks the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(probability: probability, .probability)
  }
}
