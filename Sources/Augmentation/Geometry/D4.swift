/// The image turned and mirrored in one of the eight ways that a square has, all (that of no change included) equally
/// likely, without any loss.
///
/// Four of them swap the sides. As Albumentations' `D4`. Its name is that of the group.
public struct D4: GatedTransform {
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

  /// Draws which.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Reorientation? {
    var stream = key.parameters()
    let symmetry = SquareSymmetry.allCases[stream.integer(in: 0...7)]
    return symmetry == .identity ? nil : Reorientation(symmetry)
  }
}
