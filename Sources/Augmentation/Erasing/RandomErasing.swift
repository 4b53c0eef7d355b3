/// A rectangle of random area, aspect and place erased.
///
/// Up to ten times an area (uniform, as a fraction of the image) and an aspect (log-uniform) are drawn; the first
/// rectangle that is narrower and lower than the image is taken, and without one the image stays. Follows
/// torchvision's `RandomErasing`, whose noise is normal where this one's is uniform; alpha stays. Source: Zhong and
/// others, "Random erasing data augmentation", AAAI 2020.
public struct RandomErasing: Transform {
  /// The rectangle's area as a fraction of the image's, above 0 and up to 1; 0.02...0.33 by default.
  public var area: ClosedRange<Double>
  /// The rectangle's height divided by its width, 0.01...100; 0.3...3.3 by default.
  public var aspect: ClosedRange<Double>
  /// What comes into its place; 0 (black) by default.
  public var fill: ErasingFill
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// 0.02 to 0.33 of the image.
  public static let standardArea = 0.02...0.33
  /// From 0.3 to 3.3.
  public static let standardAspect = 0.3...3.3

  /// A rectangle of an area and an aspect.
  public init(
    area: ClosedRange<Double> = standardArea, aspect: ClosedRange<Double> = standardAspect,
    fill: ErasingFill = 0, probability: Double = 0.5
  ) {
    self.area = area
    self.aspect = aspect
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case area, aspect, fill, probability }

  /// All options have defaults; one number as `area` or `aspect` fixes it.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      area: try options.range(.area, default: Self.standardArea) { ($0, $0) },
      aspect: try options.range(.aspect, default: Self.standardAspect) { ($0, $0) },
      fill: try options.value(.fill, default: 0, expected: ErasingFill.names),
      probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks the ranges and the probability.
  public func validate() throws(AugmentationError) {
    try Self.check(range: area, .area, within: 1e-6...1)
    try Self.check(range: aspect, .aspect, within: 0.01...100)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the word for noise, area and aspect until the rectangle fits, then its row and its column.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Erasure? {
    var stream = key.parameters()
    let seed = stream.next()
    let logAspect = logarithm(aspect.lowerBound)...logarithm(aspect.upperBound)
    for _ in 0..<10 {
      let target = Double(size.width * size.height) * stream.uniform(in: area)
      let ratio = exponential(stream.uniform(in: logAspect))
      let height = Int((target * ratio).squareRoot().rounded(.toNearestOrEven))
      let width = Int((target / ratio).squareRoot().rounded(.toNearestOrEven))
      guard width < size.width, height < size.height else { continue }
      if width == 0 || height == 0 { return nil }
      let y = stream.integer(in: 0...size.height - height)
      let x = stream.integer(in: 0...size.width - width)
      return Erasure(boxes: [.init(x: x, y: y, width: width, height: height)], fill: fill, seed: seed)
    }
    return nil
  }
}
