/// The image turned and mirrored in one of the eight ways that a square has, all (that of no change included) equally
/// likely, without any loss.
///
/// Four of them swap the sides. As Albumentations' `D4`. Its name is that of the group.
public struct D4: Transform {
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A change that happens with a probability.
  public init(probability: Double = 1) {
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case probability }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(probability: try options.probability(.probability))
  }

  /// Checks the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(probability: probability, .probability)
  }

  /// Draws which.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Reorientation? {
    var stream = key.parameters()
    let symmetry = SquareSymmetry.allCases[stream.integer(in: 0...7)]
    return symmetry == .identity ? nil : Reorientation(symmetry)
  }
}
