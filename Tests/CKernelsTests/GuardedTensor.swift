import CKernels

/// The variants that this CPU can run.
let variants: [ck_variant] = (CK_BASELINE.rawValue...ck_best_variant().rawValue).map { ck_variant($0) }

let types: [ck_type] = [CK_F32, CK_BF16]

extension ck_type {
  /// The largest relative error of rounding to this type: half a unit in the last place.
  var rounding: Double { self == CK_BF16 ? 0x1p-8 : 0x1p-24 }
}

/// Numbers of one type in memory with guard bytes before and after, which show writes outside.
final class GuardedTensor {
  private static let guardBytes = 128
  let type: ck_type
  let count: Int
  private let memory: UnsafeMutableRawPointer
  private let bytes: UnsafeMutableRawBufferPointer

  var pointer: UnsafeMutableRawPointer { memory + Self.guardBytes }
  var floats: UnsafeMutablePointer<Float> { pointer.assumingMemoryBound(to: Float.self) }
  var shorts: UnsafeMutablePointer<UInt16> { pointer.assumingMemoryBound(to: UInt16.self) }

  /// Memory that holds NaN everywhere, so that what is not written shows.
  init(_ type: ck_type, count: Int) {
    self.type = type
    self.count = count
    let size = count * (type == CK_BF16 ? 2 : 4) + 2 * Self.guardBytes
    memory = .allocate(byteCount: size, alignment: 64)
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: size)
    for i in bytes.indices { bytes[i] = 0xff }
  }

  /// Holds the values, rounded to the type.
  convenience init(_ type: ck_type, _ values: [Float]) {
    self.init(type, count: values.count)
    for (i, value) in values.enumerated() {
      if type == CK_BF16 {
        pointer.storeBytes(of: Self.bf16(value), toByteOffset: 2 * i, as: UInt16.self)
      } else {
        pointer.storeBytes(of: value, toByteOffset: 4 * i, as: Float.self)
      }
    }
  }

  deinit { memory.deallocate() }

  subscript(i: Int) -> Double {
    type == CK_BF16
      ? Double(Float(bitPattern: UInt32(pointer.load(fromByteOffset: 2 * i, as: UInt16.self)) << 16))
      : Double(pointer.load(fromByteOffset: 4 * i, as: Float.self))
  }

  var values: [Double] { (0..<count).map { self[$0] } }

  /// Nothing was written before or after the numbers.
  var isGuarded: Bool {
    bytes.prefix(Self.guardBytes).allSatisfy { $0 == 0xff }
      && bytes.suffix(Self.guardBytes).allSatisfy { $0 == 0xff }
  }

  static func bf16(_ value: Float) -> UInt16 {
    if value.isNaN { return 0x7fc0 }
    let bits = value.bitPattern
    return UInt16((bits + 0x7fff + (bits >> 16 & 1)) >> 16)
  }
}

/// Values that depend on a seed only, between -1 and 1.
func noise(_ count: Int, seed: UInt64) -> [Float] {
  var state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int64(bitPattern: state) >> 40) * 0x1p-23
  }
}

/// Whether all numbers are within `absolute` + `relative` * |expected| of what is expected; if not, the first that
/// is not. A NaN is wrong.
func agree(_ found: [Double], _ expected: [Double], relative: Double, absolute: Double) -> Agreement {
  guard found.count == expected.count else { return .differentCounts }
  for (i, (a, b)) in zip(found, expected).enumerated() where !(abs(a - b) <= absolute + relative * abs(b)) {
    return .differs(at: i, found: a, expected: b)
  }
  return .agree
}

enum Agreement: Equatable {
  case agree, differentCounts
  case differs(at: Int, found: Double, expected: Double)
}
