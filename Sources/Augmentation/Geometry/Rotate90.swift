/// The image turned by a random number of quarter turns, all four (none included) equally likely, without any loss.
///
/// Odd turns swap the sides. As Albumentations' `RandomRotate90`.
public struct Rotate90: Transform {
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

  /// Draws the number of quarter turns.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Reorientation? {
    var stream = key.parameters()
    let turns: [SquareSymmetry] = [.identity, .quarterTurn, .halfTurn, .threeQuarterTurn]
    let symmetry = turns[stream.integer(in: 0...3)]
    return symmetry == .identity ? nil : Reorientation(symmetry)
  }
}
