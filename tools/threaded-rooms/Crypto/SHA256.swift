import Randomness

/// What this package has in the place of swift-crypto's type of this name: 32 bytes that depend on all
/// bytes given. Not SHA-256.
public enum SHA256 {
  /// The digest of bytes.
  public static func hash(data: [UInt8]) -> [UInt8] {
    var words: [UInt64] = [1, 2, 3, 4]
    for byte in data {
      for index in words.indices { words[index] = StableHash.combine(words[index], UInt64(byte)) }
    }
    return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }
}
