/// Where the pixels of a sample are in a cache file: 32 bytes of its table.
struct CacheEntry: Equatable {
  static let byteCount = 32

  /// Bytes from the beginning of the file.
  var offset: Int
  var width, height: Int
  /// The hash of the pixels.
  var digest: UInt64
}

extension CacheEntry {
  /// An entry from the words of a table; nil where there is none, or only a part of one: another process may just be
  /// writing it, or was killed.
  init?(_ words: SIMD4<UInt64>, index: Int) {
    guard words[0] != 0, words[3] == Self.seal(words, index: index) else { return nil }
    self.init(
      offset: Int(truncatingIfNeeded: words[0]), width: Int(truncatingIfNeeded: words[1] & 0xffff_ffff),
      height: Int(truncatingIfNeeded: words[1] >> 32), digest: words[2])
    guard offset > 0, width > 0, height > 0 else { return nil }
  }

  /// The words of a table.
  func words(index: Int) -> SIMD4<UInt64> {
    var words = SIMD4(UInt64(offset), UInt64(width) | UInt64(height) << 32, digest, 0)
    words[3] = Self.seal(words, index: index)
    return words
  }

  /// What makes an entry whole, and that of this sample.
  private static func seal(_ words: SIMD4<UInt64>, index: Int) -> UInt64 {
    var hash: UInt64 = 0x6a09_e667_f3bc_c908
    for word in [words[0], words[1], words[2], UInt64(index)] { hash = PixelDigest.mix(hash, word) }
    return hash | 1
  }
}

/// A hash of pixels that costs less than copying them: four chains over words of eight bytes, so that they overlap.
enum PixelDigest {
  static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
    return mixed ^ mixed >> 29
  }

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
    var offset = 0
    while offset + 32 <= bytes.count {
      a = mix(a, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      b = mix(b, bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
      c = mix(c, bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self))
      d = mix(d, bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self))
      offset += 32
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = mix(rest, UInt64(bytes[offset]) + 1)
      offset += 1
    }
    return mix(mix(mix(mix(mix(UInt64(bytes.count), a), b), c), d), rest)
  }
}
