/// Histograms of the parts of an image, limited and equalised, and every pixel looked up in its four nearest ones.
///
/// As OpenCV does it: where the sides are no multiples of the number of parts, the image is mirrored beyond its right
/// and lower edge.
struct LocalEqualization {
  let clipLimit: Double
  let tiles: Int

  func apply(to image: inout PixelBuffer) {
    let light = image.greyLevels()
    let result = equalized(light, width: image.width, height: image.height)
    let channels = image.channels
    if channels == 1 {
      image.bytes = result
      return
    }
    let (before, after) = (light.span, result.span)
    image.unshare()
    var bytes = image.bytes.mutableSpan
    for pixel in before.indices {
      let gain = Int32(after[pixel]) &- Int32(before[pixel])
      let first = pixel &* channels
      for index in first..<first &+ 3 {
        bytes[index] = UInt8(truncatingIfNeeded: min(max(Int32(bytes[index]) &+ gain, 0), 255))
      }
    }
  }

  private func equalized(_ light: [UInt8], width: Int, height: Int) -> [UInt8] {
    let isWhole = width % tiles == 0 && height % tiles == 0
    let (tileWidth, tileHeight) =
      isWhole ? (width / tiles, height / tiles) : (width / tiles + 1, height / tiles + 1)
    let tables = tables(of: light, width: width, height: height, tileWidth: tileWidth, tileHeight: tileHeight)
    let columns = Self.places(width, tile: tileWidth, tiles: tiles)
    let rows = Self.places(height, tile: tileHeight, tiles: tiles)
    var result = [UInt8](repeating: 0, count: light.count)
    let (source, maps, across) = (light.span, tables.span, columns.span)
    var target = result.mutableSpan
    for y in 0..<height {
      let row = rows[y]
      let (upper, lower) = (row.first &* tiles &* 256, row.second &* tiles &* 256)
      for x in 0..<width {
        let column = across[x]
        let value = Int(source[y &* width &+ x])
        let (left, right) = (column.first &* 256 &+ value, column.second &* 256 &+ value)
        let above =
          Float(maps[upper &+ left]) * (1 - column.share) + Float(maps[upper &+ right]) * column.share
        let below =
          Float(maps[lower &+ left]) * (1 - column.share) + Float(maps[lower &+ right]) * column.share
        let mixed = above * (1 - row.share) + below * row.share
        target[y &* width &+ x] = UInt8(mixed.rounded(.toNearestOrEven))
      }
    }
    return result
  }

  /// The two parts that a column or row lies between, and the second one's share.
  private struct Place {
    let first, second: Int
    let share: Float
  }

  private static func places(_ length: Int, tile: Int, tiles: Int) -> [Place] {
    (0..<length).map {
      let position = Float($0) * (1 / Float(tile)) - 0.5
      let first = Int(position.rounded(.down))
      return Place(
        first: max(first, 0), second: min(first + 1, tiles - 1), share: position - Float(first))
    }
  }

  /// 256 values for each part, row by row.
  private func tables(
    of light: [UInt8], width: Int, height: Int, tileWidth: Int, tileHeight: Int
  ) -> [UInt8] {
    let area = tileWidth * tileHeight
    let limit = max(Int(clipLimit * Double(area) / 256), 1)
    let scale = 255 / Float(area)
    let columns = (0..<tileWidth * tiles).map { Border.reflect.index($0, count: width) }
    var tables = [UInt8](repeating: 0, count: tiles * tiles * 256)
    let source = light.span
    for tile in 0..<tiles * tiles {
      let (left, top) = (tile % tiles * tileWidth, tile / tiles * tileHeight)
      var counts = InlineArray<256, Int>(repeating: 0)
      for y in top..<top + tileHeight {
        let row = Border.reflect.index(y, count: height) * width
        for x in left..<left + tileWidth { counts[Int(source[row + columns[x]])] &+= 1 }
      }
      Self.clip(&counts, at: limit)
      var sum = 0
      for value in 0..<256 {
        sum += counts[value]
        tables[tile * 256 + value] = UInt8(min((Float(sum) * scale).rounded(.toNearestOrEven), 255))
      }
    }
    return tables
  }

  /// Cuts counts at a limit and spreads what is cut over all of them.
  private static func clip(_ counts: inout InlineArray<256, Int>, at limit: Int) {
    var excess = 0
    for value in 0..<256 where counts[value] > limit {
      excess += counts[value] - limit
      counts[value] = limit
    }
    let (share, rest) = (excess / 256, excess % 256)
    for value in 0..<256 { counts[value] += share }
    if rest == 0 { return }
    let step = max(256 / rest, 1)
    for index in 0..<min(rest, (255 / step) + 1) { counts[index * step] += 1 }
  }
}

extension PixelBuffer {
  /// The grey (``grey(_:_:_:)``) of every pixel.
  fileprivate func greyLevels() -> [UInt8] {
    if channels == 1 { return bytes }
    var result = [UInt8](repeating: 0, count: width * height)
    let source = bytes.span
    var target = result.mutableSpan
    for pixel in target.indices {
      let first = pixel &* channels
      target[pixel] = UInt8(
        truncatingIfNeeded: grey(source[first], source[first &+ 1], source[first &+ 2]))
    }
    return result
  }
}
