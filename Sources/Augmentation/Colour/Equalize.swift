/// The values of each channel spread so that all are about equally frequent.
///
/// Agrees with torchvision's and Pillow's `equalize`, exactly; alpha stays.
public struct Equalize: GatedTransform {
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

  /// Histograms equalised.
  public struct Plan: TransformPlan, TablePlan {
    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      ChannelTables(histogramsOf: image, ValueTable.equalizing)
    }
  }
}
