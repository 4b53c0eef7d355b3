/// Single pixels erased at random, each with the same probability and independently.
///
/// As Albumentations' `PixelDropout`, in all channels at once; alpha stays.
public struct PixelDropout: Transform {
  /// How likely a pixel is erased, 0...1; 0.01 by default.
  public var fraction: Double
  /// The value of erased pixels in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// A fraction of the pixels.
  public init(fraction: Double = 0.01, fill: UInt8 = 0, probability: Double = 0.5) {
    self.fraction = fraction
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case fraction, fill, probability }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      fraction: try options.value(.fraction, default: 0.01, expected: "a number of 0 to 1"),
      fill: try options.fill(.fill), probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks the fraction and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(probability: fraction, .fraction)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the word that the pixels are chosen by.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let seed = stream.next()
    return fraction == 0 ? nil : Plan(fraction: fraction, seed: seed, fill: fill)
  }

  /// A known choice of pixels.
  public struct Plan: TransformPlan {
    /// How likely a pixel is erased.
    public let fraction: Double
    /// What the choice is drawn from.
    public let seed: UInt32
    /// The value of erased pixels.
    public let fill: UInt8

    /// Fills the chosen pixels. Alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard (0...1).contains(fraction) else {
        throw .planMismatch(expected: "a fraction of 0 to 1", got: "\(fraction)")
      }
      var stream = RandomStream(SampleKey(seed: UInt64(seed), sample: 0), path: "PixelDropout")
      // A word is below this with the probability asked for, to 2^-32.
      let limit = UInt64((fraction * 0x1p32).rounded(.toNearestOrEven))
      let channels = image.channels
      image.unshare()
      var bytes = image.bytes.mutableSpan
      for pixel in stride(from: 0, to: bytes.count, by: channels) where stream.next() < limit {
        for channel in pixel..<pixel + min(channels, 3) { bytes[channel] = fill }
      }
    }
  }
}
