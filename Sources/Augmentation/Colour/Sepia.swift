/// Colours replaced by browns, as of old photographs.
///
/// The usual matrix, as in Albumentations' `ToSepia`: red is 0.393 red + 0.769 green + 0.189 blue, green is 0.349, 0.686
/// and 0.168, blue 0.272, 0.534 and 0.131; results are rounded down and cut at 255. Grey images and alpha stay.
public struct Sepia: GatedTransform {
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// Every other time.
  public static let standardProbability = 0.5

  /// A change that happens with a probability.
  public init(probability: Double = standardProbability) {
    self.probability = probability
  }

  /// The options in recipes.
  public typealias CodingKeys = ProbabilityKeys

  /// Draws nothing beside the gate.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    Plan()
  }

  /// Colours to browns.
  public struct Plan: TransformPlan {
    /// Weighs the channels of every pixel.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      image.turnSepia()
    }
  }
}
