/// Each side of the image cropped or padded by a random amount.
///
/// The amount of each side is uniform in its range, as a fraction of the width or the height and rounded towards 0:
/// negative crops, positive pads. Follows imgaug's and Albumentations' `CropAndPad`.
public struct CropAndPad: Transform {
  /// The amount at a side, -0.49...1; -0.1...0.1 by default.
  public var fraction: ClosedRange<Double>
  /// Whether the image is resized to the size that it had (bilinear, antialiased); true by default.
  public var keepSize: Bool
  /// What padding shows; constant by default.
  public var border: Border
  /// The value of constant padding, in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A tenth more or less at each side.
  public static let standardFraction = -0.1...0.1

  /// Sides moved by fractions in a range.
  public init(
    fraction: ClosedRange<Double> = standardFraction, keepSize: Bool = true, border: Border = .constant,
    fill: UInt8 = 0, probability: Double = 1
  ) {
    self.fraction = fraction
    self.keepSize = keepSize
    self.border = border
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case fraction
    case keepSize = "keep_size"
    case border, fill, probability
  }

  /// All options have defaults; one number as `fraction` means up to that, either way.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      fraction: try options.range(.fraction, default: Self.standardFraction) { (-$0, $0) },
      keepSize: try options.value(.keepSize, default: true, expected: "true or false"),
      border: try options.border(.border), fill: try options.fill(.fill),
      probability: try options.probability(.probability))
  }

  /// Checks the fractions and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: fraction, .fraction, within: -0.49...1)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the amounts at the left, the top, the right and the bottom.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> CropAndResize? {
    var stream = key.parameters()
    let left = Int(stream.uniform(in: fraction) * Double(size.width))
    let top = Int(stream.uniform(in: fraction) * Double(size.height))
    let right = Int(stream.uniform(in: fraction) * Double(size.width))
    let bottom = Int(stream.uniform(in: fraction) * Double(size.height))
    if [left, top, right, bottom].allSatisfy({ $0 == 0 }) { return nil }
    let box = ImageSize(width: size.width + left + right, height: size.height + top + bottom)
    guard box.isValid else {
      throw .planMismatch(expected: "sides of at most \(ImageSize.longestSide) pixels", got: "\(box)")
    }
    return CropAndResize(
      crop: Crop(x: -left, y: -top, size: box, fill: fill, border: border), size: keepSize ? size : box)
  }
}
