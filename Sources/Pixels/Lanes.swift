// Several values at once, for loops that the optimiser does not vectorise by itself. Every offset is checked
// against the span, so that a wrong one traps instead of reading or writing elsewhere.
extension RawSpan {
  /// Eight 16-bit values, the first of which has the given index.
  @inlinable @inline(__always)
  public func eightWords(at index: Int) -> SIMD8<Int16> {
    unsafeLoadUnaligned(fromByteOffset: index &* 2, as: SIMD8<Int16>.self)
  }
}

extension MutableRawSpan {
  /// Writes four 16-bit values, the first of which gets the given index.
  @inlinable @inline(__always)
  public mutating func set(_ words: SIMD4<Int16>, at index: Int) {
    storeBytes(of: words, toByteOffset: index &* 2, as: SIMD4<Int16>.self)
  }

  /// Writes eight bytes, the first of which gets the given index.
  @inlinable @inline(__always)
  public mutating func set(_ bytes: SIMD8<UInt8>, at index: Int) {
    storeBytes(of: bytes, toByteOffset: index, as: SIMD8<UInt8>.self)
  }
}
