extension PixelBuffer {
  /// Turns the hue of every pixel by a fraction of a full turn, -0.5...0.5; grey and alpha stay.
  ///
  /// The same as by way of HSV (torchvision's `adjust_hue`), without a division: where C is the difference of
  /// the largest and the smallest channel, six times C is a full turn of the hue, and a channel is the largest
  /// value less what a trapezoid of the hue says. Source: Smith, "Color gamut transform pairs", SIGGRAPH 1978.
  mutating func adjustHue(_ turn: Double) {
    switch channels {
    case 3: turnHue(turn, channels: 3)
    case 4: turnHue(turn, channels: 4)
    default: break
    }
  }

  // Inlined with a constant number of channels. Hues have 16 fraction bits.
  @inline(__always)
  private mutating func turnHue(_ turn: Double, channels: Int) {
    let sixths = Int32(((turn < 0 ? turn + 1 : turn) * 6 * 65536).rounded())
    var span = bytes.mutableSpan
    for pixel in stride(from: 0, to: span.count, by: channels) {
      let (red, green, blue) = (Int32(span[pixel]), Int32(span[pixel + 1]), Int32(span[pixel + 2]))
      let largest = max(red, green, blue)
      let chroma = largest &- min(red, green, blue)
      let hue =
        largest == red
        ? green &- blue : largest == green ? 2 &* chroma &+ blue &- red : 4 &* chroma &+ red &- green
      // At least zero and below two full turns.
      let turned = (hue &+ (hue < 0 ? 6 &* chroma : 0)) &<< 16 &+ sixths &* chroma
      span[pixel] = channel(5, hue: turned, chroma: chroma, largest: largest)
      span[pixel + 1] = channel(3, hue: turned, chroma: chroma, largest: largest)
      span[pixel + 2] = channel(1, hue: turned, chroma: chroma, largest: largest)
    }
  }
}

/// The channel whose trapezoid begins at an angle, in sixths of a turn.
@inline(__always)
private func channel(_ start: Int32, hue: Int32, chroma: Int32, largest: Int32) -> UInt8 {
  let unit = chroma &<< 16
  let full = 6 &* unit
  var angle = hue &+ start &* unit
  angle &-= angle >= 2 &* full ? 2 &* full : 0
  angle &-= angle >= full ? full : 0
  let value = largest &<< 16 &- max(0, min(angle, 4 &* unit &- angle, unit))
  // torchvision goes back to whole numbers by multiplying 0...1 by 255.999 and rounding down.
  return UInt8(truncatingIfNeeded: (value &+ value >> 8) >> 16)
}
