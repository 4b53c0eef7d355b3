/// Stored numbers as fp32.
enum NumberReader {
  /// The values of `count` little-endian numbers; `bytes` holds exactly these.
  ///
  /// `unsafeLoadUnaligned` checks its bounds; what it leaves to the caller is that any bits are a value of the
  /// type, which holds for integers.
  static func floats(_ bytes: RawSpan, _ type: SafetensorsHeader.NumberType, _ count: Int) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    switch type {
    case .float32:
      for i in 0..<count {
        let bits = bytes.unsafeLoadUnaligned(fromByteOffset: i * 4, as: UInt32.self)
        values[i] = Float(bitPattern: UInt32(littleEndian: bits))
      }
    case .float64:
      for i in 0..<count {
        let bits = bytes.unsafeLoadUnaligned(fromByteOffset: i * 8, as: UInt64.self)
        values[i] = Float(Double(bitPattern: UInt64(littleEndian: bits)))
      }
    case .float16:
      for i in 0..<count {
        let bits = bytes.unsafeLoadUnaligned(fromByteOffset: i * 2, as: UInt16.self)
        values[i] = Float(Float16(bitPattern: UInt16(littleEndian: bits)))
      }
    case .bfloat16:
      for i in 0..<count {
        let bits = bytes.unsafeLoadUnaligned(fromByteOffset: i * 2, as: UInt16.self)
        values[i] = Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
      }
    case .int64:
      for i in 0..<count {
        let bits = bytes.unsafeLoadUnaligned(fromByteOffset: i * 8, as: Int64.self)
        values[i] = Float(Int64(littleEndian: bits))
      }
    case .int32:
      for i in 0..<count {
        let bits = bytes.unsafeLoadUnaligned(fromByteOffset: i * 4, as: Int32.self)
        values[i] = Float(Int32(littleEndian: bits))
      }
    case .uint8:
      for i in 0..<count { values[i] = Float(bytes.unsafeLoadUnaligned(fromByteOffset: i, as: UInt8.self)) }
    }
    return values
  }
}
