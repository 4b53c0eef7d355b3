/// Colours replaced by browns, as of old photographs.
///
/// The usual matrix, as in Albumentations' `ToSepia`: red is 0.393 red + 0.769 green + 0.189 blue, green is 0.349, 0.686
/// and 0.168, blue 0.272, 0.534 and 0.131; results are rounded down and cut at 255. Grey images and alpha stay.
public struct Sepia: Transform {
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// A change that happens with a probability.
  public init(probability: Double = 0.5) {
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case probability }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(probability: probability, .probability)
  }

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
