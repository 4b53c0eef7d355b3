/// Contrast limited adaptive histogram equalisation: each part of the image is equalised by itself, its contrast
/// limited, and parts blend into each other.
///
/// The limit is uniform in its range. Grey images agree with OpenCV's `createCLAHE` exactly. Of colours the grey
/// (``Grayscale``) is equalised, and what it gains is added to all three channels (Albumentations goes by way of Lab,
/// with nearly the same look); alpha stays.
///
/// Source: Zuiderveld, "Contrast limited adaptive histogram equalization", Graphics Gems IV, 1994.
public struct CLAHE: Transform {
  /// How far a level's frequency may exceed the mean one before it is cut, 1...100: 1 changes least. 1...4 by default.
  public var clipLimit: ClosedRange<Double>
  /// Parts in a row and in a column, 1...64; 8 by default.
  public var tiles: Int
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// Up to four times the mean.
  public static let standardClipLimit = 1.0...4

  /// A limit in a range.
  public init(clipLimit: ClosedRange<Double> = standardClipLimit, tiles: Int = 8, probability: Double = 0.5) {
    self.clipLimit = clipLimit
    self.tiles = tiles
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case clipLimit = "clip_limit"
    case tiles, probability
  }

  /// All options have defaults; one number fixes the limit.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      clipLimit: try options.range(.clipLimit, default: Self.standardClipLimit) { ($0, $0) },
      tiles: try options.value(.tiles, default: 8, expected: "a whole number"),
      probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks the limit, the parts and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: clipLimit, .clipLimit, within: Plan.limits)
    try Self.require(Plan.counts.contains(tiles), .tiles, "1 to 64", got: tiles)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the limit.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    return Plan(clipLimit: stream.uniform(in: clipLimit), tiles: tiles)
  }

  /// A known limit.
  public struct Plan: TransformPlan {
    static let limits = 1.0...100
    static let counts = 1...64

    /// How far a level's frequency may exceed the mean one.
    public let clipLimit: Double
    /// Parts in a row and in a column.
    public let tiles: Int

    /// Equalises the image's parts.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard Self.limits.contains(clipLimit), Self.counts.contains(tiles) else {
        throw .planMismatch(expected: "a limit of 1 to 100 and 1 to 64 tiles", got: "\(clipLimit), \(tiles)")
      }
      LocalEqualization(clipLimit: clipLimit, tiles: tiles).apply(to: &image)
    }
  }
}
