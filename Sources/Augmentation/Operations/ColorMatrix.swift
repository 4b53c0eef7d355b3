// Colours weighed against each other. Alpha stays.
extension PixelBuffer {
  /// Every colour becomes its grey (``grey(_:_:_:)``).
  mutating func removeColor() {
    switch channels {
    case 3: removeColor(channels: 3)
    case 4: removeColor(channels: 4)
    default: break
    }
  }

  /// Every colour becomes a brown.
  mutating func turnSepia() {
    switch channels {
    case 3: turnSepia(channels: 3)
    case 4: turnSepia(channels: 4)
    default: break
    }
  }

  // Inlined with a constant number of channels.
  @inline(__always)
  private mutating func removeColor(channels: Int) {
    var span = bytes.mutableSpan
    for pixel in stride(from: 0, to: span.count, by: channels) {
      let value = UInt8(truncatingIfNeeded: grey(span[pixel], span[pixel &+ 1], span[pixel &+ 2]))
      span[pixel] = value
      span[pixel &+ 1] = value
      span[pixel &+ 2] = value
    }
  }

  // Inlined with a constant number of channels. Weights have 16 fraction bits.
  @inline(__always)
  private mutating func turnSepia(channels: Int) {
    var span = bytes.mutableSpan
    for pixel in stride(from: 0, to: span.count, by: channels) {
      let (red, green, blue) = (Int32(span[pixel]), Int32(span[pixel &+ 1]), Int32(span[pixel &+ 2]))
      let warm = (red &* 25756 &+ green &* 50397 &+ blue &* 12386 &+ 8) >> 16
      let middle = (red &* 22872 &+ green &* 44958 &+ blue &* 11010 &+ 8) >> 16
      let cold = (red &* 17826 &+ green &* 34996 &+ blue &* 8585 &+ 8) >> 16
      span[pixel] = UInt8(truncatingIfNeeded: min(warm, 255))
      span[pixel &+ 1] = UInt8(truncatingIfNeeded: min(middle, 255))
      span[pixel &+ 2] = UInt8(truncatingIfNeeded: min(cold, 255))
    }
  }
}
