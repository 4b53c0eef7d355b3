/// Colours replaced by their grey; the number of channels stays.
///
/// The grey is 0.2989 red + 0.587 green + 0.114 blue, rounded down. Follows torchvision's `rgb_to_grayscale` on 8-bit
/// tensors, within one level. Grey images and alpha stay.
public struct Grayscale: GatedTransform {
  /// How often, 0...1; 0.1 by default.
  public var probability: Double

  /// Seldom.
  public static let standardProbability = 0.1

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

  /// Colours to grey.
  public struct Plan: TransformPlan {
    /// Weighs the channels of every pixel.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      image.removeColor()
    }
  }
}
