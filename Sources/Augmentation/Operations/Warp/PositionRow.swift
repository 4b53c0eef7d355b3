/// Where the pixels of one row of a warp's result come from.
struct PositionRow {
  /// Columns and rows of the source as fixed-point numbers: 0 is the middle of the first pixel.
  private(set) var x, y: [Int64]

  /// The number of fraction bits of a position.
  static let fractionBits = 24

  init(width: Int) {
    x = [Int64](repeating: 0, count: width)
    y = x
  }

  /// The positions of an affine or projective map.
  mutating func fill(row: Int, from map: ProjectiveMap, size: ImageSize) {
    let left = 0.5 - Double(size.width) / 2
    let top = 0.5 - Double(size.height) / 2
    let down = Double(row) + top
    if map.isAffine {
      let (stepX, stepY) = (Self.fixed(map.xx), Self.fixed(map.yx))
      var (nextX, nextY) = (
        Self.fixed(map.xx * left + map.xy * down + map.x0 - left),
        Self.fixed(map.yx * left + map.yy * down + map.y0 - top)
      )
      for column in x.indices {
        x[column] = nextX
        y[column] = nextY
        nextX &+= stepX
        nextY &+= stepY
      }
    } else {
      for column in x.indices {
        let source = map(Double(column) + left, down)
        set(column, source.x - left, source.y - top)
      }
    }
  }

  /// The positions that a field gives, moved on by a map.
  mutating func fill(
    row: Int, from field: any SourceField, through map: ProjectiveMap, size: ImageSize,
    scratch: inout FieldRow
  ) {
    field.fill(&scratch, row: row)
    if map == .identity {
      for column in x.indices { set(column, scratch.x[column], scratch.y[column]) }
    } else {
      let left = 0.5 - Double(size.width) / 2
      let top = 0.5 - Double(size.height) / 2
      for column in x.indices {
        let source = map(scratch.x[column] + left, scratch.y[column] + top)
        set(column, source.x - left, source.y - top)
      }
    }
  }

  /// Sets a position, rounded to nearest even. Far ones are moved nearer, to 2^26 pixels, where all borders are alike
  /// but those that repeat the image.
  @inline(__always)
  private mutating func set(_ column: Int, _ sourceX: Double, _ sourceY: Double) {
    x[column] = Self.rounded(min(max(sourceX, -0x1p26), 0x1p26))
    y[column] = Self.rounded(min(max(sourceY, -0x1p26), 0x1p26))
  }

  /// A fixed-point number of up to 50 bits: a sum with 1.5 x 2^52 has no bits left for fractions, and its last bits are
  /// the whole number. (Processors without SSE 4.1 have no instruction that rounds.)
  @inline(__always)
  private static func rounded(_ value: Double) -> Int64 {
    let shift = 0x1.8p52
    let sum = value * Double(1 << fractionBits) + shift
    return Int64(bitPattern: sum.bitPattern &- shift.bitPattern)
  }

  private static func fixed(_ value: Double) -> Int64 {
    Int64((value * Double(1 << fractionBits)).rounded(.toNearestOrEven))
  }
}

/// Where the pixels of one row come from, as a field gives it: columns and rows of the source.
struct FieldRow {
  var x, y: [Double]

  init(width: Int) {
    x = [Double](repeating: 0, count: width)
    y = x
  }
}

/// Where pixels come from, for warps that no projective map describes.
protocol SourceField: Sendable {
  /// Writes, for every pixel of a row of the result, the column and row of the source that it comes from;
  /// finite numbers.
  func fill(_ positions: inout FieldRow, row: Int)
}
