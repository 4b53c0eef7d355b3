/// What JPEG compression of a random quality loses.
///
/// The quality is uniform in its range. The loss alone is made, as libjpeg encodes and decodes it (its tables and their
/// scaling, accurate integer DCT, chroma at half the size, smooth upsampling); agrees with Pillow's `save(quality=)` and
/// `open` exactly, but needs no library. Alpha stays.
public struct JPEGCompression: Transform {
  /// libjpeg's quality, 1...100; 50...90 by default.
  public var quality: ClosedRange<Int>
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// From visible blocks to hardly any.
  public static let standardQuality = 50...90

  /// A quality in a range.
  public init(quality: ClosedRange<Int> = standardQuality, probability: Double = 1) {
    self.quality = quality
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case quality, probability }

  /// All options have defaults; one number fixes the quality.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      quality: try options.integers(.quality, default: Self.standardQuality),
      probability: try options.probability(.probability))
  }

  /// Checks the range and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: quality, .quality, within: Plan.limits)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the quality.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(quality: stream.integer(in: quality))
  }

  /// A known quality.
  public struct Plan: TransformPlan {
    static let limits = 1...100

    /// libjpeg's quality.
    public let quality: Int

    /// Changes the image; alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(quality) else {
        throw .planMismatch(expected: "a quality within \(Self.limits)", got: "\(quality)")
      }
      image.loseByJPEG(quality: quality)
    }
  }
}
