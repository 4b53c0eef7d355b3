/// A short digest of values' bits, for telling whether two runs have the same weights. Where they differ it agrees
/// once in four thousand million times; it is no defence against somebody who wants it to agree.
///
/// Four chains take turns at pairs of words, so that the processor works on four products at once. A step multiplies
/// to 128 bits and folds them, so that the high bits, where signs and exponents are, reach the others too: with 64
/// alone, two signs that change would cancel. Source of the step: wyhash (Wang Yi).
public struct BitsDigest: Equatable, Sendable {
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  private var state = start

  /// The digest of nothing.
  public init() {}

  /// Takes in one number more; the order matters.
  public mutating func add(_ number: UInt64) { state = Self.mix(state, number, 0) }

  /// What was taken in, in 32 bits.
  public var value: UInt32 { UInt32(truncatingIfNeeded: state ^ state >> 32) }

  /// A digest of `count` values, a multiple of 16, at an address that is a multiple of 8 bytes.
  public static func of(_ values: UnsafePointer<Float>, count: Int) -> UInt64 {
    precondition(count % 16 == 0, "values come in whole groups")
    let words = UnsafeRawPointer(values).assumingMemoryBound(to: UInt64.self)
    var (a, b, c, d) = (start, start &+ 1, start &+ 2, start &+ 3)
    for i in stride(from: 0, to: count / 2, by: 8) {
      a = mix(a, words[i], words[i + 1])
      b = mix(b, words[i + 2], words[i + 3])
      c = mix(c, words[i + 4], words[i + 5])
      d = mix(d, words[i + 6], words[i + 7])
    }
    return mix(mix(mix(a, b, 0), c, 0), d, 0)
  }

  @inline(__always)
  private static func mix(_ state: UInt64, _ first: UInt64, _ second: UInt64) -> UInt64 {
    let product = (state ^ first).multipliedFullWidth(by: second ^ factor)
    return product.high ^ product.low
  }
}
