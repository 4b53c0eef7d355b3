/// Hashes that are the same in every process, on every platform and in every version.
public enum StableHash {
  /// FNV-1a (64 bit) over the UTF-8 bytes, finished by SplitMix64 so that close strings spread.
  ///
  /// Source: Fowler, Noll, Vo, <http://www.isthe.com/chongo/tech/comp/fnv/>.
  public static func of(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return mix(hash)
  }

  /// SplitMix64's finaliser: a bijection of 64-bit words whose output bits depend on all input bits.
  ///
  /// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
  public static func mix(_ word: UInt64) -> UInt64 {
    var z = word &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// One word from several, in order.
  public static func combine(_ words: UInt64...) -> UInt64 {
    words.reduce(0) { mix($0 ^ $1) }
  }
}
