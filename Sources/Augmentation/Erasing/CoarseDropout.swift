/// A few rectangles erased (Cutout, with one square hole).
///
/// The number of holes and their sides are uniform in their ranges, and all places within the image are equally
/// likely; holes may overlap. Follows Albumentations' `CoarseDropout`; alpha stays. Source: DeVries, Taylor, "Improved
/// regularization of convolutional neural networks with cutout", 2017, whose holes may reach beyond the image.
public struct CoarseDropout: Transform {
  /// How many, 1...1000; 1...2 by default.
  public var holes: ClosedRange<Int>
  /// A hole's width as a fraction of the image's, above 0 and up to 1; 0.1...0.2 by default.
  public var width: ClosedRange<Double>
  /// A hole's height as a fraction of the image's, above 0 and up to 1; 0.1...0.2 by default.
  public var height: ClosedRange<Double>
  /// What comes into their place; 0 (black) by default.
  public var fill: ErasingFill
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// One or two.
  public static let standardHoles = 1...2
  /// 0.1 to 0.2 of the image's side.
  public static let standardSide = 0.1...0.2

  /// A number of holes of a size.
  public init(
    holes: ClosedRange<Int> = standardHoles, width: ClosedRange<Double> = standardSide,
    height: ClosedRange<Double> = standardSide, fill: ErasingFill = 0, probability: Double = 0.5
  ) {
    self.holes = holes
    self.width = width
    self.height = height
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case holes, width, height, fill, probability }

  /// All options have defaults; one number in the place of a range fixes it.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      holes: try options.integers(.holes, default: Self.standardHoles),
      width: try options.range(.width, default: Self.standardSide) { ($0, $0) },
      height: try options.range(.height, default: Self.standardSide) { ($0, $0) },
      fill: try options.value(.fill, default: 0, expected: ErasingFill.names),
      probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks the ranges and the probability.
  public func validate() throws(AugmentationError) {
    try Self.require(
      holes.lowerBound >= 1 && holes.upperBound <= 1000, .holes, "within 1 to 1000", got: holes)
    try Self.check(range: width, .width, within: 1e-6...1)
    try Self.check(range: height, .height, within: 1e-6...1)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the word for noise and the number of holes, then each one's width, height, column and row.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Erasure? {
    var stream = key.parameters()
    let seed = stream.next()
    let boxes = (0..<stream.integer(in: holes)).map { _ in
      let width = Self.side(stream.uniform(in: width), of: size.width)
      let height = Self.side(stream.uniform(in: height), of: size.height)
      let x = stream.integer(in: 0...size.width - width)
      let y = stream.integer(in: 0...size.height - height)
      return Erasure.Box(x: x, y: y, width: width, height: height)
    }
    return Erasure(boxes: boxes, fill: fill, seed: seed)
  }

  private static func side(_ fraction: Double, of length: Int) -> Int {
    max(1, Int((fraction * Double(length)).rounded(.toNearestOrEven)))
  }
}
