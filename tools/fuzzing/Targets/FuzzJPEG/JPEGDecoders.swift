import CImageCodecs

/// Checks that our own decoders of JPEGs give libjpeg's pixels wherever they do not leave an image to it.
func compareDecoders(of data: [UInt8]) {
  for isWhole in [true, false] {
    guard let portable = decode(data, with: .portable, isWhole: isWhole) else { continue }
    let fastest = decode(data, with: cimage_jpeg_best_decoder(), isWhole: isWhole)
    precondition(fastest == portable, "the fastest decoder gives other pixels than the portable one")
    precondition(decode(data, with: .library, isWhole: isWhole) == portable, "libjpeg gives other pixels")
  }
}

/// The pixels of an image or of a region that depends on the data; nil where there are none, or where libjpeg has
/// decoded them for another one.
private func decode(_ data: [UInt8], with decoder: CImageJPEGDecoder, isWhole: Bool) -> [UInt8]? {
  data.withUnsafeBufferPointer { bytes in
    var text = [CChar](repeating: 0, count: 256)
    var reader: OpaquePointer?
    var info = CImageInfo()
    let opened = cimage_jpeg_open(bytes.baseAddress, bytes.count, &reader, &info, &text, text.count)
    guard opened == .ok else { return nil }
    defer { cimage_jpeg_close(reader) }
    if UInt64(info.width) * UInt64(info.height) > 1 << 16 { return nil }
    cimage_jpeg_choose(reader, decoder)
    var region = CImageRegion(x: 0, y: 0, width: info.width, height: info.height)
    if !isWhole {
      let draws = data.suffix(4).map(UInt32.init) + [0, 0, 0, 0]
      region.x = draws[0] * info.width / 256
      region.y = draws[1] * info.height / 256
      region.width = 1 + draws[2] * (info.width - region.x - 1) / 256
      region.height = 1 + draws[3] * (info.height - region.y - 1) / 256
    }
    var pixels = [UInt8](repeating: 0, count: Int(region.width * region.height * info.channels))
    let status = cimage_jpeg_read(reader, region, &pixels, &text, text.count)
    return status == .ok && cimage_jpeg_used(reader) == decoder ? pixels : nil
  }
}
