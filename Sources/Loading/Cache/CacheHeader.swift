import Datasets
import Glibc
import Randomness

/// What a cache file begins with: whose pixels these are.
struct CacheHeader: Equatable {
  static let byteCount = 64
  /// "convoypx" as a little-endian number: a file of a machine of the other order is not one of these.
  private static let magic: UInt64 = 0x7870_796f_766e_6f63
  /// The version of the file's form, and of the pixels that decoding gives.
  private static let version: UInt64 = 1

  /// Samples.
  var count: Int
  /// Channels of every image.
  var channels: Int
  /// A hash of the samples' paths, and of the sizes and times of their files.
  var fingerprint: UInt64
  /// A hash of what decoding depends on.
  var settings: UInt64

  /// The header as bytes in the machine's order.
  var words: [UInt64] {
    var words = [Self.magic, Self.version, UInt64(count), UInt64(channels), fingerprint, settings, 0]
    words.append(words.reduce(0, PixelDigest.mix))
    return words
  }

  /// Where the table ends and pixels begin.
  var dataStart: Int { (Self.byteCount + count * CacheEntry.byteCount + 4095) / 4096 * 4096 }
}

extension CacheHeader {
  /// The header for samples as their files are now: a system call for each.
  init(_ samples: [ImageSample], options: LoaderOptions) {
    var fingerprint = UInt64(samples.count)
    for sample in samples {
      var status = stat()
      let isThere = stat(sample.path, &status) == 0
      fingerprint = StableHash.combine(
        fingerprint, sample.identity, isThere ? UInt64(status.st_size) : .max,
        UInt64(bitPattern: Int64(status.st_mtim.tv_sec)), UInt64(status.st_mtim.tv_nsec))
    }
    let settings =
      [
        UInt64(options.shrunkSide ?? 0), StableHash.of(options.truncated.rawValue),
        UInt64(options.maximumPixels),
      ]
      + (options.decoding == .fast && options.shrunkSide != nil ? [1] : [])
      + options.preprocessing.background.map(UInt64.init)
    self.init(
      count: samples.count, channels: options.preprocessing.channels, fingerprint: fingerprint,
      settings: settings.reduce(0, PixelDigest.mix))
  }
}
