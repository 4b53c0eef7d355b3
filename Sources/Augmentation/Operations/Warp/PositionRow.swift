internal import CPixels

/// Where the pixels of one row of a warp's result come from.
///
/// Its memory is that of whoever makes it, and must outlive it.
struct PositionRow {
  /// How many there are.
  let count: Int
  /// Columns and rows of the source as fixed-point numbers: 0 is the middle of the first pixel.
  let x, y: UnsafeMutablePointer<Int64>
  /// The same as numbers, on the way there.
  private let places: FieldRow

  /// The number of fraction bits of a position.
  static let fractionBits = 24

  /// How much memory the positions of a row take.
  static func byteCount(width: Int) -> Int { 4 * 8 * width }

  /// Positions in memory of ``byteCount(width:)``; nil without any.
  init?(width: Int, memory: UnsafeMutableBufferPointer<UInt8>) {
    guard let start = UnsafeMutableRawPointer(memory.baseAddress),
      memory.count >= Self.byteCount(width: width)
    else { return nil }
    count = width
    x = start.bindMemory(to: Int64.self, capacity: 2 * width)
    y = x + width
    let first = (start + 16 * width).bindMemory(to: Double.self, capacity: 2 * width)
    places = FieldRow(x: first, y: first + width)
  }

  /// The positions of an affine or projective map.
  func fill(row: Int, from map: ProjectiveMap, size: ImageSize) {
    if map.isAffine {
      let left = 0.5 - Double(size.width) / 2
      let top = 0.5 - Double(size.height) / 2
      let down = Double(row) + top
      cp_positions_line(
        PixelKernels.level, x, y, count, Self.fixed(map.xx * left + map.xy * down + map.x0 - left),
        Self.fixed(map.yx * left + map.yy * down + map.y0 - top), Self.fixed(map.xx), Self.fixed(map.yx))
    } else {
      for column in 0..<count {
        places.x[column] = Double(column)
        places.y[column] = Double(row)
      }
      settle(through: map, size: size)
    }
  }

  /// The positions that a field gives, moved on by a map.
  func fill(row: Int, from field: any SourceField, through map: ProjectiveMap, size: ImageSize) {
    field.fill(places, row: row)
    settle(through: map, size: size)
  }

  private func settle(through map: ProjectiveMap, size: ImageSize) {
    if map != .identity {
      var projection = cp_projection(
        xx: map.xx, xy: map.xy, x0: map.x0, yx: map.yx, yy: map.yy, y0: map.y0, wx: map.wx, wy: map.wy,
        w0: map.w0, left: 0.5 - Double(size.width) / 2, top: 0.5 - Double(size.height) / 2)
      cp_positions_project(PixelKernels.level, &projection, places.x, places.y, count)
    }
    cp_positions_settle(PixelKernels.level, places.x, places.y, count, x, y)
  }

  private static func fixed(_ value: Double) -> Int64 {
    Int64((value * Double(1 << fractionBits)).rounded(.toNearestOrEven))
  }
}

/// Where the pixels of one row come from, as a field gives it: columns and rows of the source.
struct FieldRow {
  let x, y: UnsafeMutablePointer<Double>
}

/// Where pixels come from, for warps that no projective map describes.
protocol SourceField: Sendable {
  /// Writes, for every pixel of a row of the result, the column and row of the source that it comes from;
  /// finite numbers.
  func fill(_ positions: FieldRow, row: Int)
}
