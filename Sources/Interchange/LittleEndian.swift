/// Values as the bytes that files and digests hold: fp32, little-endian.
public enum LittleEndian {
  /// Hands over the bytes of values in order, in pieces of at most 64 KiB, so that no second copy of a large
  /// tensor is made.
  public static func forEachPiece<Failure: Error>(
    of values: [Float], _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let piece = 16_384
    var start = 0
    while start < values.count {
      let end = min(start + piece, values.count)
      var bytes: [UInt8] = []
      bytes.reserveCapacity((end - start) * 4)
      for value in values[start..<end] {
        let bits = value.bitPattern
        bytes.append(UInt8(truncatingIfNeeded: bits))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
      }
      try body(bytes)
      start = end
    }
  }
}
