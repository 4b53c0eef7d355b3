extension PixelBuffer {
  /// Replaces the values of a rectangle within the image by one value; alpha stays.
  mutating func fill(x: Int, y: Int, width: Int, height: Int, with value: UInt8) {
    unshare()
    let (stride, channels) = (self.width * channels, channels)
    // Raw memory, entered once: the rectangle lies within the image, as its makers check.
    bytes.withUnsafeMutableBufferPointer { bytes in
      guard width > 0, height > 0, var row = bytes.baseAddress.map({ $0 + y * stride + x * channels }) else {
        return
      }
      for _ in 0..<height {
        if channels == 4 {
          for column in 0..<width { (row + 4 * column).update(repeating: value, count: 3) }
        } else {
          row.update(repeating: value, count: width * channels)
        }
        row += stride
      }
    }
  }
}
