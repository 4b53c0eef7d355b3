/// The values of each channel stretched so that its darkest becomes 0 and its brightest 255.
///
/// Agrees with torchvision's `autocontrast` on 8-bit tensors, exactly (nothing is cut off); a channel of one value and
/// alpha stay.
public struct AutoContrast: Transform {
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

  /// Each channel stretched.
  public struct Plan: TransformPlan, TablePlan {
    func tables(for image: TabledImage) throws(AugmentationError) -> ChannelTables? {
      ChannelTables(histogramsOf: image, ValueTable.stretching)
    }
  }
}
