/// What becomes of each of the 256 values of a channel.
struct ValueTable {
  private var values = InlineArray<256, UInt8>(repeating: 0)

  /// Every value as it is.
  static let identity = ValueTable(bytes: { $0 })

  /// A table of a function, its results cut to 0...255 and rounded down.
  init(_ function: (Float) -> Float) {
    for value in 0..<256 { values[value] = UInt8(min(max(function(Float(value)), 0), 255)) }
  }

  /// A table of a function of whole values.
  init(bytes function: (UInt8) -> UInt8) {
    for value in 0..<256 { values[value] = function(UInt8(value)) }
  }

  /// What becomes of a value.
  subscript(value: UInt8) -> UInt8 {
    @inline(__always) get { values[Int(value)] }
  }

  /// What becomes of the values by this table and then another one.
  func followed(by next: ValueTable) -> ValueTable {
    ValueTable(bytes: { next[self[$0]] })
  }

  /// All 256 values.
  func withUnsafeValues<Result>(_ body: (UnsafePointer<UInt8>?) -> Result) -> Result {
    withUnsafeBytes(of: values) { body($0.bindMemory(to: UInt8.self).baseAddress) }
  }
}
