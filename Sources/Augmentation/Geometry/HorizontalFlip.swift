internal import CPixels

/// Left becomes right.
public struct HorizontalFlip: GatedTransform {
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// Every other time.
  public static let standardProbability = 0.5

  /// A flip that happens with a probability.
  public init(probability: Double = standardProbability) {
    self.probability = probability
  }

  /// The options in recipes.
  public typealias CodingKeys = ProbabilityKeys

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
