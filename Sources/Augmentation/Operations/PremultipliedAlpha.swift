extension PixelBuffer {
  /// Multiplies the colours of an RGBA image by its alpha, rounded, as Pillow's mode `RGBa`.
  mutating func premultiply() {
    unshare()
    var bytes = self.bytes.mutableSpan
    for pixel in stride(from: 0, to: bytes.count, by: 4) {
      let alpha = UInt32(bytes[pixel + 3])
      for channel in pixel..<pixel + 3 {
        let product = UInt32(bytes[channel]) &* alpha &+ 128
        bytes[channel] = UInt8(truncatingIfNeeded: ((product >> 8) &+ product) >> 8)
      }
    }
  }

  /// Divides the colours of an RGBA image by its alpha, rounded down; those without alpha stay.
  mutating func unpremultiply() {
    unshare()
    var bytes = self.bytes.mutableSpan
    for pixel in stride(from: 0, to: bytes.count, by: 4) {
      let alpha = UInt32(bytes[pixel + 3])
      if alpha == 0 || alpha == 255 { continue }
      for channel in pixel..<pixel + 3 {
        bytes[channel] = UInt8(truncatingIfNeeded: min(255 * UInt32(bytes[channel]) / alpha, 255))
      }
    }
  }
}
