/// The image cut into tiles, which change places at random.
///
/// Where the tiles cannot be of one size, those of each size change places among themselves. All orders are equally
/// likely. As Albumentations' `RandomGridShuffle`.
public struct GridShuffle: Transform {
  /// The number of rows of tiles, 1...64; 3 by default.
  public var rows: Int
  /// The number of columns of tiles, 1...64; 3 by default.
  public var columns: Int
  /// How often, 0...1; 1 by default.
  public var probability: Double

  /// A grid of tiles.
  public init(rows: Int = 3, columns: Int = 3, probability: Double = 1) {
    self.rows = rows
    self.columns = columns
    self.probability = probability
  }

  /// The options in recipes.
  public enum CodingKeys: String, CodingKey, CaseIterable { case rows, columns, probability }

  /// All options have defaults.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      rows: try options.value(.rows, default: 3, expected: "a whole number of 1 to 64"),
      columns: try options.value(.columns, default: 3, expected: "a whole number of 1 to 64"),
      probability: try options.probability(.probability))
  }

  /// Checks the grid and the probability.
  public func validate() throws(AugmentationError) {
    try Self.require((1...64).contains(rows), .rows, "between 1 and 64", got: rows)
    try Self.require((1...64).contains(columns), .columns, "between 1 and 64", got: columns)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the order of the tiles of each size, sizes in the order in which they first occur.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> Plan? {
    let tiles = Tiles(rows: rows, columns: columns, size: size)
    var stream = key.parameters()
    var order = Array(0..<tiles.count)
    var sizes: [ImageSize] = []
    for tile in order where !sizes.contains(tiles.size(of: tile)) { sizes.append(tiles.size(of: tile)) }
    for size in sizes {
      let members = (0..<tiles.count).filter { tiles.size(of: $0) == size }
      let shuffled = stream.choice(of: members.count, from: members.count)
      for (place, member) in zip(members, shuffled) { order[place] = members[member] }
    }
    return order == Array(0..<tiles.count) ? nil : Plan(rows: rows, columns: columns, order: order)
  }
}

extension GridShuffle {
  /// A known order of tiles.
  public struct Plan: TransformPlan {
    /// The number of rows and of columns of tiles.
    public let rows, columns: Int
    /// For each place, row by row, the place of the tile that comes there.
    public let order: [Int]

    /// Copies the tiles to their places.
    public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
      let size = ImageSize(of: image)
      guard (1...64).contains(rows), (1...64).contains(columns) else {
        throw .planMismatch(expected: "1 to 64 rows and columns", got: "\(rows), \(columns)")
      }
      let tiles = Tiles(rows: rows, columns: columns, size: size)
      guard order.count == tiles.count, order.allSatisfy((0..<tiles.count).contains),
        order.enumerated().allSatisfy({ tiles.size(of: $0) == tiles.size(of: $1) })
      else {
        throw .planMismatch(expected: "tiles of \(size) in places of their size", got: "\(order)")
      }
      image.unshare()
      let source = image
      for (place, tile) in order.enumerated() where place != tile {
        image.copy(
          tiles.size(of: tile), of: source, from: tiles.origin(of: tile), to: tiles.origin(of: place))
      }
    }
  }
}

/// An image cut into tiles, numbered row by row.
private struct Tiles {
  let rows, columns: Int
  let size: ImageSize

  var count: Int { rows * columns }

  func origin(of tile: Int) -> (x: Int, y: Int) {
    (tile % columns * size.width / columns, tile / columns * size.height / rows)
  }

  func size(of tile: Int) -> ImageSize {
    let (x, y) = origin(of: tile)
    return ImageSize(
      width: (tile % columns + 1) * size.width / columns - x,
      height: (tile / columns + 1) * size.height / rows - y)
  }
}

extension PixelBuffer {
  /// Copies a rectangle of another image.
  fileprivate mutating func copy(
    _ size: ImageSize, of other: PixelBuffer, from: (x: Int, y: Int), to: (x: Int, y: Int)
  ) {
    let source = other.bytes.span
    let (width, channels) = (width, channels)
    var target = bytes.mutableSpan
    for row in 0..<size.height {
      let input = ((from.y + row) * width + from.x) * channels
      let output = ((to.y + row) * width + to.x) * channels
      for index in 0..<size.width * channels { target[output + index] = source[input + index] }
    }
  }
}
