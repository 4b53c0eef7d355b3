/// The image turned by a random number of quarter turns, all four (none included) equally likely, without any loss.
///
/// Odd turns swap the sides. As Albumentations' `RandomRotate90`.
public struct Rotate90: GatedTransform {
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// Always.
  public static let standardProbability = 1.0

  /// A change that happens with a probability.
  public init(probability: Double = standardProbability) {
    self.probability = probability
  }

  /// The options in recipes.
  public typealias CodingKeys = ProbabilityKeys

  /// Draws the number of quarter turns.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Reorientation? {
    var stream = key.parameters()
    let turns: [SquareSymmetry] = [.identity, .quarterTurn, .halfTurn, .threeQuarterTurn]
    let symmetry = turns[stream.integer(in: 0...3)]
    return symmetry == .identity ? nil : Reorientation(symmetry)
  }
}
