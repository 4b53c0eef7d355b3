import Kernels
import Testing

@Suite struct BitsDigestTests {
  private func digest(_ values: [Float]) -> UInt32 {
    var digest = BitsDigest()
    values.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { digest.add(BitsDigest.of(base, count: values.count)) }
    }
    return digest.value
  }

  private let values = (0..<64).map { Float($0) / 7 - 3 }

  @Test func theSameValuesHaveTheSame() {
    #expect(digest(values) == digest(values.map { $0 + 0 }))
  }

  @Test func everyBitOfEveryValueCounts() {
    var seen: Set = [digest(values)]
    for place in values.indices {
      for bit in 0..<32 {
        var changed = values
        changed[place] = Float(bitPattern: changed[place].bitPattern ^ 1 << bit)
        seen.insert(digest(changed))
      }
    }
    #expect(seen.count == 1 + 64 * 32)
  }

  @Test func theOrderCounts() {
    var seen: Set = [digest(values)]
    for place in 1..<64 {
      var changed = values
      changed.swapAt(0, place)
      seen.insert(digest(changed))
    }
    #expect(seen.count == 64)
  }

  /// Signs that change together must not cancel: a tensor of zeros may become one of negative zeros.
  @Test func signsDoNotCancel() {
    let zeros = [Float](repeating: 0, count: 4096)
    #expect(digest(zeros) != digest(zeros.map { -$0 }))
    var two = zeros
    (two[3], two[67]) = (-0.0, -0.0)
    #expect(digest(two) != digest(zeros))
  }

  @Test func slicesAreCombinedInOrder() {
    var (a, b) = (BitsDigest(), BitsDigest())
    for number in [1, 2, 3] as [UInt64] { a.add(number) }
    for number in [1, 3, 2] as [UInt64] { b.add(number) }
    #expect(a != b)
    #expect(a.value != b.value)
  }
}
