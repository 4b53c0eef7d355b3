import Augmentation

/// The simplest of image formats: a line of text and the pixels. What a program of your own has instead.
enum PPM {
  /// Reads a binary PPM (P6) of 8 bits.
  static func decode(_ bytes: [UInt8]) -> PixelBuffer? {
    var numbers: [Int] = []
    var position = 2
    guard bytes.starts(with: "P6".utf8) else { return nil }
    while numbers.count < 3, position < bytes.count {
      let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      if let number = Int(String(decoding: digits, as: UTF8.self)) {
        numbers.append(number)
        position = digits.endIndex
      } else {
        position += 1
      }
    }
    let pixels = bytes.dropFirst(position + 1)
    guard numbers.count == 3, numbers[2] == 255, (1...65_535).contains(numbers[0]),
      (1...65_535).contains(numbers[1]), pixels.count == numbers[0] * numbers[1] * 3
    else { return nil }
    return PixelBuffer(width: numbers[0], height: numbers[1], channels: 3, bytes: Array(pixels))
  }

  /// Writes one.
  static func encode(_ image: PixelBuffer) -> [UInt8] {
    Array("P6\n\(image.width) \(image.height)\n255\n".utf8) + image.bytes
  }
}
