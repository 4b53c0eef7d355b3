extension PixelBuffer {
  /// Becomes a copy of a rectangle of an image that lies elsewhere, in memory that it has where that is enough.
  /// - Parameters:
  ///   - region: lies within the image.
  ///   - pixels: the image, rows without gaps.
  ///   - width: of the image.
  ///   - channels: of the image.
  public mutating func copy(_ region: PixelRegion, of pixels: Span<UInt8>, width: Int, channels: Int) {
    let row = region.width * channels
    precondition(
      region.lies(inWidth: width, height: pixels.count / (width * channels)), "a region lies in the image")
    pixels.withUnsafeBufferPointer { source in
      replace(width: region.width, height: region.height, channels: channels) { _, target, _ in
        for y in 0..<region.height {
          let start = ((region.y + y) * width + region.x) * channels
          _ = UnsafeMutableBufferPointer(rebasing: target[(y * row)...])
            .update(fromContentsOf: source[start..<start + row])
        }
      }
    }
  }
}
