internal import CPixels

/// Left becomes right.
public struct HorizontalFlip: Transform {
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// A flip that happens with a probability.
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

  /// Left becomes right.
  public struct Plan: TransformPlan {
    /// Swaps the pixels of each row.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      image.mirror()
    }

    /// Waits for whoever reads the pixels next.
    public func run(on runner: inout PlanRunner) throws(AugmentationError) { runner.flip() }
  }
}

extension PixelBuffer {
  /// Left becomes right.
  public mutating func mirror() {
    let (width, height, channels) = (width, height, Int32(channels))
    rewrite { cp_mirror(PixelKernels.level, $0, $1, width, height, channels) }
  }
}
