import Pixels
import Testing

@Suite("Several values at once")
struct LanesTests {
  @Test("Words are read from an index on")
  func read() {
    let words = (0..<12).map { Int16($0 * 100) }
    #expect(words.span.bytes.eightWords(at: 3) == SIMD8(300, 400, 500, 600, 700, 800, 900, 1000))
  }

  @Test("Words and bytes are written from an index on, and nothing else is")
  func write() {
    var words = [Int16](repeating: -1, count: 7)
    var values = words.mutableSpan
    var raw = values.mutableBytes
    raw.set(SIMD4<Int16>(1, 2, 3, 4), at: 2)
    #expect(words == [-1, -1, 1, 2, 3, 4, -1])

    var bytes = [UInt8](repeating: 9, count: 10)
    var span = bytes.mutableSpan
    var rawBytes = span.mutableBytes
    rawBytes.set(SIMD8<UInt8>(1, 2, 3, 4, 5, 6, 7, 8), at: 1)
    #expect(bytes == [9, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  }
}
