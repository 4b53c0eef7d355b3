/// The values of each channel stretched so that its darkest becomes 0 and its brightest 255.
///
/// Agrees with torchvision's `autocontrast` on 8-bit tensors, exactly (nothing is cut off); a channel of one value and
/// alpha stay.
public struct AutoContrast: GatedTransform {
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

  /// Each channel stretched.
  public struct Plan: TransformPlan, TablePlan {
    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      ChannelTables(histogramsOf: image, ValueTable.stretching)
    }
  }
}
