import Pixels

/// Letters of 3x5 pixels, each drawn as 2x2, for the captions of a PNG. Capitals stand for small letters too.
enum BitmapFont {
  /// The pixels that a letter takes with the space around it.
  static let letterWidth = 8
  static let lineHeight = 14
  private static let scale = 2

  /// Draws a line of text with its upper left corner at a point; what does not fit in the image is left out.
  static func draw(_ text: String, x: Int, y: Int, shade: UInt8, on image: inout PixelBuffer) {
    for (place, letter) in text.uppercased().enumerated() {
      // Letters that the font lacks become a dot.
      let rows = glyphs[letter] ?? (letter == " " ? [] : [0b000, 0b000, 0b010, 0b000, 0b000])
      for (row, bits) in rows.enumerated() {
        for column in 0..<3 where bits >> (2 - column) & 1 == 1 {
          fill(
            x + place * letterWidth + column * scale, y + row * scale, side: scale, shade: shade, on: &image)
        }
      }
    }
  }

  private static func fill(_ left: Int, _ top: Int, side: Int, shade: UInt8, on image: inout PixelBuffer) {
    for y in top..<top + side {
      for x in left..<left + side where (0..<image.width).contains(x) && (0..<image.height).contains(y) {
        for channel in 0..<image.channels { image[x, y, channel] = shade }
      }
    }
  }

  /// Five rows of three bits each, from the top; drawn for this program.
  private static let glyphs: [Character: [UInt8]] = [
    "A": [0b010, 0b101, 0b111, 0b101, 0b101], "B": [0b110, 0b101, 0b110, 0b101, 0b110],
    "C": [0b011, 0b100, 0b100, 0b100, 0b011], "D": [0b110, 0b101, 0b101, 0b101, 0b110],
    "E": [0b111, 0b100, 0b110, 0b100, 0b111], "F": [0b111, 0b100, 0b110, 0b100, 0b100],
    "G": [0b011, 0b100, 0b101, 0b101, 0b011], "H": [0b101, 0b101, 0b111, 0b101, 0b101],
    "I": [0b111, 0b010, 0b010, 0b010, 0b111], "J": [0b001, 0b001, 0b001, 0b101, 0b010],
    "K": [0b101, 0b101, 0b110, 0b101, 0b101], "L": [0b100, 0b100, 0b100, 0b100, 0b111],
    "M": [0b101, 0b111, 0b111, 0b101, 0b101], "N": [0b110, 0b101, 0b101, 0b101, 0b101],
    "O": [0b010, 0b101, 0b101, 0b101, 0b010], "P": [0b110, 0b101, 0b110, 0b100, 0b100],
    "Q": [0b010, 0b101, 0b101, 0b110, 0b011], "R": [0b110, 0b101, 0b110, 0b101, 0b101],
    "S": [0b011, 0b100, 0b010, 0b001, 0b110], "T": [0b111, 0b010, 0b010, 0b010, 0b010],
    "U": [0b101, 0b101, 0b101, 0b101, 0b111], "V": [0b101, 0b101, 0b101, 0b101, 0b010],
    "W": [0b101, 0b101, 0b111, 0b111, 0b101], "X": [0b101, 0b101, 0b010, 0b101, 0b101],
    "Y": [0b101, 0b101, 0b010, 0b010, 0b010], "Z": [0b111, 0b001, 0b010, 0b100, 0b111],
    "0": [0b111, 0b101, 0b101, 0b101, 0b111], "1": [0b010, 0b110, 0b010, 0b010, 0b111],
    "2": [0b110, 0b001, 0b010, 0b100, 0b111], "3": [0b110, 0b001, 0b010, 0b001, 0b110],
    "4": [0b101, 0b101, 0b111, 0b001, 0b001], "5": [0b111, 0b100, 0b110, 0b001, 0b110],
    "6": [0b011, 0b100, 0b111, 0b101, 0b111], "7": [0b111, 0b001, 0b010, 0b010, 0b010],
    "8": [0b111, 0b101, 0b111, 0b101, 0b111], "9": [0b111, 0b101, 0b111, 0b001, 0b110],
    "-": [0b000, 0b000, 0b111, 0b000, 0b000], "+": [0b000, 0b010, 0b111, 0b010, 0b000],
    ".": [0b000, 0b000, 0b000, 0b000, 0b010], ",": [0b000, 0b000, 0b000, 0b010, 0b100],
    ":": [0b000, 0b010, 0b000, 0b010, 0b000], "/": [0b001, 0b001, 0b010, 0b100, 0b100],
    "=": [0b000, 0b111, 0b000, 0b111, 0b000], "_": [0b000, 0b000, 0b000, 0b000, 0b111],
    "(": [0b001, 0b010, 0b010, 0b010, 0b001], ")": [0b100, 0b010, 0b010, 0b010, 0b100],
    "[": [0b011, 0b010, 0b010, 0b010, 0b011], "]": [0b110, 0b010, 0b010, 0b010, 0b110],
    "%": [0b101, 0b001, 0b010, 0b100, 0b101], "#": [0b101, 0b111, 0b101, 0b111, 0b101],
  ]
}
