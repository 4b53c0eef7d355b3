extension PixelBuffer {
  /// Moves every pixel but the outermost ones away from the smoothed image or towards it, as torchvision's
  /// `adjust_sharpness`: the eight neighbours weigh 1, the middle 5. Alpha stays.
  mutating func adjustSharpness(_ factor: Double) {
    if width <= 2 || height <= 2 { return }
    let original = self
    let alpha = Float(1 - factor)
    let (length, step) = (width * channels, channels)
    original.bytes.withUnsafeBufferPointer { source in
      bytes.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        for row in 1..<height - 1 {
          let middle = UnsafeRawPointer(source + row * length)
          let output = UnsafeMutableRawPointer(target + row * length)
          var index = step
          while index + 8 <= length - step {
            let value = middle.words(at: index)
            var sum = value &* 5 &+ middle.words(at: index - step) &+ middle.words(at: index + step)
            for edge in [middle - length, middle + length] {
              sum &+= edge.words(at: index - step) &+ edge.words(at: index) &+ edge.words(at: index + step)
            }
            let words = Self.blend(value, sum: sum, alpha: alpha)
            output.storeBytes(
              of: SIMD8<UInt8>(truncatingIfNeeded: words), toByteOffset: index, as: SIMD8<UInt8>.self)
            index += 8
          }
          for index in index..<max(index, length - step) {
            let at = source + row * length + index
            var sum = UInt16(at[0]) * 5
            for place in [
              -length - step, -length, -length + step, -step, step, length - step, length, length + step,
            ] { sum += UInt16(at[place]) }
            let words = Self.blend(SIMD8(repeating: UInt16(at[0])), sum: SIMD8(repeating: sum), alpha: alpha)
            target[row * length + index] = UInt8(truncatingIfNeeded: words[0])
          }
        }
      }
    }
    if channels == 4 { restoreAlpha(from: original) }
  }

  /// Values and their smoothed ones, mixed in fp32.
  @inline(__always)
  private static func blend(_ value: SIMD8<UInt16>, sum: SIMD8<UInt16>, alpha: Float) -> SIMD8<UInt16> {
    // A division by 13, rounded: exact for all sums of up to 13 x 255.
    let smooth = SIMD8<UInt16>(
      truncatingIfNeeded: (SIMD8<UInt32>(truncatingIfNeeded: sum &+ 6) &* 40330) &>> 19)
    let difference = SIMD8<Int16>(truncatingIfNeeded: smooth) &- SIMD8<Int16>(truncatingIfNeeded: value)
    let mixed = SIMD8<Float>(value) + SIMD8<Float>(difference) * alpha
    let limited = mixed.clamped(lowerBound: SIMD8(repeating: 0), upperBound: SIMD8(repeating: 255))
    return SIMD8<UInt16>(truncatingIfNeeded: SIMD8<Int32>(limited))
  }

  /// Puts back the alpha that an operation on all four channels has changed.
  mutating func restoreAlpha(from original: PixelBuffer) {
    let source = original.bytes.span
    var target = bytes.mutableSpan
    for index in stride(from: 3, to: target.count, by: 4) { target[index] = source[index] }
  }
}

extension UnsafeRawPointer {
  /// Eight bytes, each as a 16-bit word.
  @inline(__always)
  func words(at offset: Int) -> SIMD8<UInt16> {
    SIMD8(truncatingIfNeeded: loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt8>.self))
  }
}
