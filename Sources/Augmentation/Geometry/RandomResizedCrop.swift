/// A rectangle of random area, aspect and place, resized (the usual augmentation for ImageNet).
///
/// Up to ten times an area (uniform, as a fraction of the image) and an aspect (log-uniform) are drawn. The
/// first rectangle that fits is taken, else the largest one in the middle whose aspect is in the range.
/// Follows torchvision's `RandomResizedCrop`. Source: Szegedy and others, "Going deeper with convolutions",
/// CVPR 2015.
public struct RandomResizedCrop: Transform {
  /// The size after.
  public var size: ImageSize
  /// The rectangle's area as a fraction of the image's, above 0 and up to 1.
  public var area: ClosedRange<Double>
  /// The rectangle's width divided by its height, 0.01...100.
  public var aspect: ClosedRange<Double>

  /// 0.08 to 1 of the image.
  public static let standardArea = 0.08...1.0
  /// From 3:4 to 4:3.
  public static let standardAspect = 3.0 / 4...4.0 / 3

  /// A crop resized to a size.
  public init(
    _ size: ImageSize, area: ClosedRange<Double> = standardArea, aspect: ClosedRange<Double> = standardAspect
  ) {
    self.size = size
    self.area = area
    self.aspect = aspect
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case size, area, aspect }

  /// `size` must be given; one number as `area` or `aspect` fixes it.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      try options.value(.size, expected: "pixels, or a width and a height"),
      area: try options.range(.area, default: Self.standardArea) { ($0, $0) },
      aspect: try options.range(.aspect, default: Self.standardAspect) { ($0, $0) })
  }

  /// Checks the size and the ranges.
  public func validate() throws(AugmentationError) {
    try Self.check(size: size, .size)
    try Self.check(range: area, .area, within: 1e-6...1)
    try Self.check(range: aspect, .aspect, within: 0.01...100)
  }

  /// Draws area and aspect until the rectangle fits, then its row and its column.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> BoxResize? {
    var stream = key.parameters()
    let logAspect = logarithm(aspect.lowerBound)...logarithm(aspect.upperBound)
    for _ in 0..<10 {
      let target = Double(size.width * size.height) * stream.uniform(in: area)
      let ratio = exponential(stream.uniform(in: logAspect))
      let width = Int((target * ratio).squareRoot().rounded(.toNearestOrEven))
      let height = Int((target / ratio).squareRoot().rounded(.toNearestOrEven))
      guard (1...size.width).contains(width), (1...size.height).contains(height) else { continue }
      let y = stream.integer(in: 0...size.height - height)
      let x = stream.integer(in: 0...size.width - width)
      return box(x: x, y: y, width: width, height: height, of: size)
    }
    return middle(of: size)
  }

  private func middle(of size: ImageSize) -> BoxResize? {
    let ratio = Double(size.width) / Double(size.height)
    let width = ratio > aspect.upperBound ? Double(size.height) * aspect.upperBound : Double(size.width)
    let height = ratio < aspect.lowerBound ? Double(size.width) / aspect.lowerBound : Double(size.height)
    let columns = max(1, Int(width.rounded(.toNearestOrEven)))
    let rows = max(1, Int(height.rounded(.toNearestOrEven)))
    return box(
      x: (size.width - columns) / 2, y: (size.height - rows) / 2, width: columns, height: rows, of: size)
  }

  private func box(x: Int, y: Int, width: Int, height: Int, of image: ImageSize) -> BoxResize? {
    let box = ImageSize(width: width, height: height)
    return box == image && image == size ? nil : BoxResize(x: x, y: y, box: box, size: size)
  }
}
