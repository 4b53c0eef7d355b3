internal import CPixels

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
  /// Moves every pixel away from or towards its grey; the factor is 0...100. Grey images stay.
  mutating func adjustSaturation(_ factor: Double) {
    if channels == 1 { return }
    // 16 fraction bits: with factors of up to 100 every sum fits 32 bits.
    let ratio = Int32((factor * 65536).rounded())
    let (channels, count) = (Int32(channels), width * height)
    rewrite { cp_saturate(PixelKernels.level, $0, $1, count, channels, ratio) }
  }

  /// The mean of the grey values, 0...255, of what tables make of the image.
  func meanGrey(through tables: ChannelTables?) -> Double {
    let count = width * height
    if channels == 1 {
      let counts = histogram(of: 0)
      var sum = 0
      for value in 0..<256 { sum &+= counts[value] &* Int(tables?.red[UInt8(value)] ?? UInt8(value)) }
      return Double(sum) / Double(count)
    }
    let sum = bytes.withUnsafeBufferPointer { bytes in
      func sum(_ tables: UnsafePointer<UInt8>?) -> UInt64 {
        cp_grey_sum(PixelKernels.level, bytes.baseAddress, count, Int32(channels), tables)
      }
      return tables.map { $0.withUnsafeTables(sum) } ?? sum(nil)
    }
    return Double(sum) / Double(count)
  }
}

/// 0.2989 red + 0.587 green + 0.114 blue, rounded down, as torchvision's `rgb_to_grayscale`.
@inline(__always)
func grey(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int32 {
  // The weights in 22 fraction bits; their sum is below one, as torchvision's is, so white becomes 254.
  (Int32(red) &* 1_253_678 &+ Int32(green) &* 2_462_057 &+ Int32(blue) &* 478_151) >> 22
}
