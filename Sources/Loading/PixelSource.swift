import Augmentation
import Datasets
import ImageCodecs
import Pixels

/// Where a decoder gets a sample's pixels: from the cache, or its file.
struct PixelSource: Sendable {
  private let samples: [ImageSample]
  private let options: DecodeOptions
  /// What was decoded already; nil where it is not kept.
  private let cache: (any PixelCache)?
  private let sizes: FileSizes
  /// The shorter side to which larger images are shrunk as soon as they are decoded; nil leaves them.
  private let side: Int?

  init(samples: [ImageSample], options: LoaderOptions, cache: (any PixelCache)?) {
    self.samples = samples
    self.options = options.decodeOptions
    self.cache = cache
    sizes = FileSizes(count: samples.count)
    side = options.shrunkSide
  }

  /// Reads a region of a sample's image.
  /// - Parameter region: gets the image's size, once or, where an image turns out to be damaged, twice; nil is the
  ///   whole image.
  func read(
    _ index: Int, into image: inout PixelBuffer, region: (ImageSize) -> PixelRegion?
  ) throws(LoadingError) {
    if let cache, cache.read(index, into: &image, region: region) { return }
    let path = samples[index].path
    if let change = sizes.change(of: path, at: index) {
      throw .badImage(BadImage(path: path, reason: change))
    }
    if side != nil {
      try readWhole(index, into: &image)
    } else if let cache, cache.takesMore {
      // Damage outside the region is not looked at without a cache, and so is no fault with one.
      do throws(LoadingError) { try readWhole(index, into: &image) } catch {
        return try decode(path, into: &image, region: region)
      }
    } else {
      return try decode(path, into: &image, region: region)
    }
    if let region = region(ImageSize(width: image.width, height: image.height)) {
      image = image.bytes.withUnsafeBytes {
        PixelBuffer(region, of: $0, width: image.width, channels: image.channels)
      }
    }
  }

  /// Decodes the whole image, shrinks it where that is wanted, and keeps it.
  private func readWhole(_ index: Int, into image: inout PixelBuffer) throws(LoadingError) {
    try decode(samples[index].path, into: &image) { _ in nil }
    if let side {
      do { image = try image.shrunk(toShorterSide: side) } catch {
        throw .preparation(path: samples[index].path, reason: "\(error)")
      }
    }
    cache?.store(image, at: index)
  }

  private func decode(
    _ path: String, into image: inout PixelBuffer, region: (ImageSize) -> PixelRegion?
  ) throws(LoadingError) {
    do {
      try ImageCodec.decode(contentsOf: path, into: &image, options: options) { header in
        region(ImageSize(width: header.width, height: header.height))
      }
    } catch {
      let name = path + ": "
      let text = error.description
      let reason = text.hasPrefix(name) ? String(text.dropFirst(name.count)) : text
      // Not the image's fault: to go on without it would make the result depend on the machine.
      if case .outOfMemory = error { throw .preparation(path: path, reason: reason) }
      throw .badImage(BadImage(path: path, reason: reason))
    }
  }
}

extension PixelBuffer {
  /// A region of an image, row by row.
  init(_ region: PixelRegion, of bytes: UnsafeRawBufferPointer, width: Int, channels: Int) {
    let row = region.width * channels
    let cut = [UInt8](unsafeUninitializedCapacity: row * region.height) { target, count in
      let target = UnsafeMutableRawBufferPointer(target)
      for y in 0..<region.height {
        let start = ((region.y + y) * width + region.x) * channels
        UnsafeMutableRawBufferPointer(rebasing: target[y * row..<(y + 1) * row])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + row]))
      }
      count = row * region.height
    }
    self.init(width: region.width, height: region.height, channels: channels, bytes: cut)
  }
}
