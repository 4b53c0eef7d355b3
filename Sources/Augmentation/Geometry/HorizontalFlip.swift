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
    self.init(probability: try options.value(.probability, default: 0.5, expected: "a number of 0 to 1"))
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
    /// Swaps the pixels of each row in place.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      switch image.channels {
      case 1: Self.flip(&image, channels: 1)
      case 3: Self.flip(&image, channels: 3)
      default: Self.flip(&image, channels: 4)
      }
    }

    // Inlined with a constant number of channels, so that the loop over them disappears.
    @inline(__always)
    private static func flip(_ image: inout PixelBuffer, channels: Int) {
      let width = image.width
      let height = image.height
      var bytes = image.bytes.mutableSpan
      for row in 0..<height {
        var left = row * width * channels
        var right = left + (width - 1) * channels
        while left < right {
          for channel in 0..<channels { bytes.swapAt(left + channel, right + channel) }
          left += channels
          right -= channels
        }
      }
    }
  }
}
