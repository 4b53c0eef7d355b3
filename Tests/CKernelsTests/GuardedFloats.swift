import Glibc

/// Floats that end where an inaccessible page begins and start after known values, so that a read or write beyond the
/// end stops the test and a write before the start is seen.
final class GuardedFloats {
  let count: Int
  let start: UnsafeMutablePointer<Float>
  private let mapping: UnsafeMutableRawPointer
  private let length: Int
  private static let before = 64
  private static let mark: Float = -12345.5

  init(count: Int, fill: Float = .nan) {
    self.count = count
    let page = sysconf(Int32(_SC_PAGESIZE))
    let body = ((count + Self.before) * 4 + page - 1) / page * page
    length = body + page
    guard let mapped = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      mapped != MAP_FAILED, mprotect(mapped + body, page, PROT_NONE) == 0
    else { preconditionFailure("no memory") }
    mapping = mapped
    start = (mapping + body - count * 4).bindMemory(to: Float.self, capacity: count)
    for i in 0..<Self.before { start[i - Self.before] = Self.mark }
    for i in 0..<count { start[i] = fill }
  }

  deinit { munmap(mapping, length) }

  /// Whether the values before the start are as they were.
  var isIntact: Bool { (1...Self.before).allSatisfy { start[-$0] == Self.mark } }

  /// Values between -1 and 1 from a small generator of its own.
  static func uniform(count: Int, seed: UInt64) -> GuardedFloats {
    let floats = GuardedFloats(count: count)
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    for i in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      floats.start[i] = Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
    }
    return floats
  }
}
