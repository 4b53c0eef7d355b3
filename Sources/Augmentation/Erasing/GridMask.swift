/// A grid of square holes.
///
/// The number of cells along the shorter side and the place of the grid are random; each cell has a hole in its
/// corner. Follows Chen and others, "GridMask data augmentation", 2020, without the turn of the grid; alpha stays. An
/// image whose cells would be a pixel wide stays as it is.
public struct GridMask: Transform {
  /// The number of cells along the shorter side, 1...1000; 3...7 by default.
  public var cells: ClosedRange<Int>
  /// A hole's side as a fraction of its cell's, above 0 and below 1; 0.5 by default.
  public var ratio: Double
  /// The value of holes in every channel; 0 (black) by default.
  public var fill: UInt8
  /// How often, 0...1; 0.5 by default.
  public var probability: Double

  /// Three to seven.
  public static let standardCells = 3...7

  /// A grid of a number of cells.
  public init(
    cells: ClosedRange<Int> = standardCells, ratio: Double = 0.5, fill: UInt8 = 0, probability: Double = 0.5
  ) {
    self.cells = cells
    self.ratio = ratio
    self.fill = fill
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case cells, ratio, fill, probability }

  /// All options have defaults; one number as `cells` fixes it.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      cells: try options.integers(.cells, default: Self.standardCells),
      ratio: try options.value(.ratio, default: 0.5, expected: "a number between 0 and 1"),
      fill: try options.fill(.fill), probability: try options.probability(.probability, default: 0.5))
  }

  /// Checks the numbers and the probability.
  public func validate() throws(AugmentationError) {
    try Self.require(
      cells.lowerBound >= 1 && cells.upperBound <= 1000, .cells, "within 1 to 1000", got: cells)
    try Self.require(ratio > 0 && ratio < 1, .ratio, "above 0 and below 1", got: ratio)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the number of cells, then how far the grid begins to the left of the image and above it.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    var stream = key.parameters()
    let cell = min(size.width, size.height) / stream.integer(in: cells)
    if cell < 2 { return nil }
    let hole = Int((Double(cell) * ratio).rounded(.toNearestOrEven))
    let x = stream.integer(in: 0...cell - 1)
    let y = stream.integer(in: 0...cell - 1)
    return Plan(x: x, y: y, cell: cell, hole: min(max(hole, 1), cell - 1), fill: fill)
  }

  /// A known grid.
  public struct Plan: TransformPlan {
    /// How far the grid begins to the left of the image and above it, in pixels.
    public let x, y: Int
    /// The sides of a cell and of a hole in pixels.
    public let cell, hole: Int
    /// The value of holes.
    public let fill: UInt8

    /// Fills the holes. Alpha stays.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      guard (2...ImageSize.longestSide).contains(cell), (1..<cell).contains(hole), (0..<cell).contains(x),
        (0..<cell).contains(y)
      else {
        throw .planMismatch(
          expected: "a hole within its cell", got: "a cell of \(cell) at \(x), \(y) with a hole of \(hole)")
      }
      let (columns, rows) = (0..<image.width, 0..<image.height)
      for top in stride(from: -y, to: rows.upperBound, by: cell) {
        let lines = (top..<top + hole).clamped(to: rows)
        for left in stride(from: -x, to: columns.upperBound, by: cell) {
          let places = (left..<left + hole).clamped(to: columns)
          image.fill(
            x: places.lowerBound, y: lines.lowerBound, width: places.count, height: lines.count, with: fill)
        }
      }
    }
  }
}
