/// Every value multiplied by a random factor.
///
/// The factor is uniform in its range. Follows torchvision's `adjust_brightness` on 8-bit tensors; alpha stays.
public struct Brightness: FactorTransform {
  /// The factor, 0...100: 0 is black, 1 changes nothing. 0.8...1.2 by default, as Albumentations' ±0.2.
  public var factor: ClosedRange<Double>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A fifth darker or brighter.
  public static let standardFactor = 0.8...1.2

  /// A change by a factor in a range.
  public init(factor: ClosedRange<Double> = standardFactor, probability: Double = 1) {
    self.factor = factor
    self.probability = probability
  }

  /// The options in recipes.
  public typealias CodingKeys = FactorKeys

  /// A known factor.
  public struct Plan: FactorPlan {
    /// The factor.
    public let factor: Double

    func knownTables(for image: TabledImage) -> ChannelTables {
      ChannelTables(.brightness(factor))
    }
  }
}
