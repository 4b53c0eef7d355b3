import Pixels

extension PixelBuffer {
  /// The image with 1 or 3 channels, composited on `background` where it has alpha.
  func converted(toChannels wanted: Int, background: (UInt8, UInt8, UInt8)) -> PixelBuffer {
    switch (channels, wanted) {
    case (wanted, _):
      return self
    case (1, _):
      return mapped(toChannels: 3) { source, target in
        for channel in 0..<3 { target[channel] = source[0] }
      }
    case (3, _):
      return mapped(toChannels: 1) { source, target in target[0] = luma(source[0], source[1], source[2]) }
    case (_, 3):
      return mapped(toChannels: 3) { source, target in
        target[0] = blend(source[0], over: background.0, alpha: source[3])
        target[1] = blend(source[1], over: background.1, alpha: source[3])
        target[2] = blend(source[2], over: background.2, alpha: source[3])
      }
    default:
      return mapped(toChannels: 1) { source, target in
        target[0] = luma(
          blend(source[0], over: background.0, alpha: source[3]),
          blend(source[1], over: background.1, alpha: source[3]),
          blend(source[2], over: background.2, alpha: source[3]))
      }
    }
  }

  /// A new image made pixel by pixel: `convert` reads one pixel and writes the other.
  @inline(__always)
  private func mapped(
    toChannels newChannels: Int,
    _ convert: (_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>) -> Void
  ) -> PixelBuffer {
    let pixels = width * height
    let converted = [UInt8](unsafeUninitializedCapacity: pixels * newChannels) { target, count in
      bytes.withUnsafeBufferPointer { source in
        // An image has at least one pixel, hence both have an address.
        if var read = source.baseAddress, var write = target.baseAddress {
          for _ in 0..<pixels {
            convert(read, write)
            read += channels
            write += newChannels
          }
        }
      }
      count = pixels * newChannels
    }
    return PixelBuffer(width: width, height: height, channels: newChannels, bytes: converted)
  }
}

/// ITU-R 601 luma in 16-bit fixed point, rounded: Pillow's `convert("L")`.
@inline(__always)
private func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
  UInt8(
    truncatingIfNeeded: (UInt32(red) * 19595 + UInt32(green) * 38470 + UInt32(blue) * 7471 + 0x8000) >> 16)
}

/// Straight alpha, rounded to nearest: Pillow's `paste` with a mask.
@inline(__always)
private func blend(_ value: UInt8, over background: UInt8, alpha: UInt8) -> UInt8 {
  UInt8(
    truncatingIfNeeded: (UInt32(value) * UInt32(alpha) + UInt32(background) * UInt32(255 - alpha) + 127) / 255
  )
}
