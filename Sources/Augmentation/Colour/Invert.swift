/// Every value replaced by 255 - value.
///
/// Agrees with torchvision's `invert`, exactly; alpha stays.
public struct Invert: GatedTransform {
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

  /// Every value inverted.
  public struct Plan: TransformPlan, TablePlan {
    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      ChannelTables(ValueTable(bytes: { 255 - $0 }))
    }
  }
}
