/// What becomes of each of the 256 values of a channel.
struct ValueTable {
  private var values = InlineArray<256, UInt8>(repeating: 0)

  /// A table of a function, its results cut to 0...255 and rounded down.
  init(_ function: (Float) -> Float) {
    for value in 0..<256 { values[value] = UInt8(min(max(function(Float(value)), 0), 255)) }
  }

  /// Looks up every value of an image; alpha stays.
  func apply(to image: inout PixelBuffer) {
    let hasAlpha = image.channels == 4
    var bytes = image.bytes.mutableSpan
    if hasAlpha {
      for pixel in stride(from: 0, to: bytes.count, by: 4) {
        for channel in pixel..<pixel + 3 { bytes[channel] = values[Int(bytes[channel])] }
      }
    } else {
      for index in bytes.indices { bytes[index] = values[Int(bytes[index])] }
    }
  }
}
