import Augmentation
import ImageCodecs

extension ContactSheet {
  private static let margin = 12
  /// Light grey, so that white pictures have an edge.
  private static let ground: UInt8 = 236

  /// The sheet as one PNG, captions in capitals.
  /// - Throws: `ImageError` where the sheet is too large for one, `AugmentationError` never in practice.
  public func png() throws -> [UInt8] {
    let columns = rows.map(\.cells.count).max() ?? 0
    let letters = Self.side / BitmapFont.letterWidth
    let captions = rows.map { row in row.cells.map { Self.wrapped($0.caption, width: letters) } }
    let pictures = try rows.map { try $0.cells.map { try Self.shown($0.image) } }
    let tallest = pictures.map { $0.map(\.height).max() ?? 0 }
    let heights = zip(tallest, captions).map { tallest, row in
      tallest + (row.map(\.count).max() ?? 0) * BitmapFont.lineHeight + 2 * Self.margin
    }
    let titleHeights = rows.map { $0.title.isEmpty ? 0 : BitmapFont.lineHeight + 4 }
    let top = Self.margin + BitmapFont.lineHeight + Self.margin
    var sheet = PixelBuffer(
      width: max(columns * (Self.side + Self.margin) + Self.margin, 3 * Self.side),
      height: top + heights.reduce(0, +) + titleHeights.reduce(0, +), channels: 3, filledWith: Self.ground)
    BitmapFont.draw(title, x: Self.margin, y: Self.margin, shade: 0, on: &sheet)
    var y = top
    for (row, content) in rows.enumerated() {
      if titleHeights[row] > 0 { BitmapFont.draw(content.title, x: Self.margin, y: y, shade: 0, on: &sheet) }
      y += titleHeights[row]
      for (column, picture) in pictures[row].enumerated() {
        let x = Self.margin + column * (Self.side + Self.margin)
        sheet.paste(picture, x: x, y: y)
        for (line, text) in captions[row][column].enumerated() {
          BitmapFont.draw(
            text, x: x, y: y + tallest[row] + 6 + line * BitmapFont.lineHeight, shade: 70, on: &sheet)
        }
      }
      y += heights[row]
    }
    return try ImageCodec.encodePNG(sheet)
  }

  /// Lines of at most so many letters, broken at spaces where there are any.
  static func wrapped(_ lines: [String], width: Int) -> [String] {
    lines.flatMap { line in
      var broken: [String] = []
      var current = ""
      for word in line.split(separator: " ") {
        var word = word[...]
        if !current.isEmpty && current.count + 1 + word.count > width {
          broken.append(current)
          current = ""
        }
        while word.count > width {
          broken.append(String(word.prefix(width)))
          word = word.dropFirst(width)
        }
        current += (current.isEmpty ? "" : " ") + word
      }
      return broken + (current.isEmpty ? [] : [current])
    }
  }
}

extension PixelBuffer {
  /// Copies an image with as many channels, which must fit.
  fileprivate mutating func paste(_ image: PixelBuffer, x: Int, y: Int) {
    let length = image.width * channels
    for row in 0..<image.height {
      let target = ((y + row) * width + x) * channels
      bytes.replaceSubrange(
        target..<target + length, with: image.bytes[row * length..<(row + 1) * length])
    }
  }
}
