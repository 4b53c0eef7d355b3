/// A number of 16 bits with the sign and exponent of fp32 and 8 significant bits: the upper half of an fp32.
public struct BFloat16: Sendable, Equatable {
  /// The upper half of the fp32's bits.
  public let bits: UInt16

  /// Rounds to the nearest, ties to even; NaN stays NaN.
  public init(_ value: Float) {
    let word = value.bitPattern
    bits =
      value.isNaN
      ? UInt16(truncatingIfNeeded: word >> 16) | 0x40
      : UInt16(truncatingIfNeeded: (word &+ 0x7fff &+ (word >> 16 & 1)) >> 16)
  }

  /// The same number in 32 bits.
  public var float: Float { Float(bitPattern: UInt32(bits) << 16) }
}
