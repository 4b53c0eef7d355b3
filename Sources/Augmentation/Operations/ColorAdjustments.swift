// torchvision's adjust_brightness, adjust_contrast and adjust_saturation on 8-bit tensors. Results are
// rounded down, as there. Alpha stays.
extension ValueTable {
  /// Multiplies every value.
  static func brightness(_ factor: Double) -> ValueTable {
    let factor = Float(factor)
    return ValueTable { $0 * factor }
  }

  /// Moves every value away from (above 1) or towards (below 1) the mean grey of the image.
  static func contrast(_ factor: Double, meanGrey: Double) -> ValueTable {
    let (factor, mean) = (Float(factor), Float(meanGrey))
    return ValueTable { $0 * factor + mean * (1 - factor) }
  }
}

extension PixelBuffer {
  /// Moves every pixel away from or towards its grey; the factor is 0...100.
  mutating func adjustSaturation(_ factor: Double) {
    switch channels {
    case 3: saturate(factor, channels: 3)
    case 4: saturate(factor, channels: 4)
    default: break
    }
  }

  /// The mean of the grey values, 0...255, of what tables make of the image.
  func meanGrey(through tables: ChannelTables?) -> Double {
    let span = bytes.span
    var sum = 0
    if channels == 1 {
      let counts = histogram(of: 0)
      for value in 0..<256 { sum &+= counts[value] &* Int(tables?.red[UInt8(value)] ?? UInt8(value)) }
    } else if let tables {
      for pixel in stride(from: 0, to: span.count, by: channels) {
        sum &+= Int(
          grey(tables.red[span[pixel]], tables.green[span[pixel + 1]], tables.blue[span[pixel + 2]]))
      }
    } else {
      for pixel in stride(from: 0, to: span.count, by: channels) {
        sum &+= Int(grey(span[pixel], span[pixel + 1], span[pixel + 2]))
      }
    }
    return Double(sum) / Double(width * height)
  }

  // Inlined with a constant number of channels.
  @inline(__always)
  private mutating func saturate(_ factor: Double, channels: Int) {
    // 16 fraction bits: with factors of up to 100 every sum fits 32 bits.
    let ratio = Int32((factor * 65536).rounded())
    let rest = 65536 - ratio
    var span = bytes.mutableSpan
    for pixel in stride(from: 0, to: span.count, by: channels) {
      let towards = grey(span[pixel], span[pixel + 1], span[pixel + 2]) &* rest
      for channel in pixel..<pixel + 3 {
        let value = (Int32(span[channel]) &* ratio &+ towards) >> 16
        span[channel] = UInt8(truncatingIfNeeded: min(max(value, 0), 255))
      }
    }
  }
}

/// 0.2989 red + 0.587 green + 0.114 blue, rounded down, as torchvision's `rgb_to_grayscale`.
@inline(__always)
func grey(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int32 {
  // The weights in 22 fraction bits; their sum is below one, as torchvision's is, so white becomes 254.
  (Int32(red) &* 1_253_678 &+ Int32(green) &* 2_462_057 &+ Int32(blue) &* 478_151) >> 22
}
