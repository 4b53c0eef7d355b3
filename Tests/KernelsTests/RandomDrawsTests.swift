import Kernels
import Randomness
import Testing

@Suite struct RandomDrawsTests {
  /// The draws that a stream gives one by one, in any number of them and from any block on.
  @Test(arguments: [0, 1, 4, 31, 32, 33, 256, 1003], [0, 4, 256, 1028])
  func areTheStreamsOwn(count: Int, first: Int) {
    let key = SampleKey(seed: 0xFEED_BEEF_1234, epoch: 0xFFFF_0003, sample: 0xABCD_EF01_2345_6789)
    var stream = RandomStream(key, path: "draws")
    let expected = (0..<first + count).map { _ in stream.next() }
    var words = [UInt32](repeating: 7, count: count + 1)
    // What was drawn already does not matter.
    RandomDraws(stream).fill(&words, from: first, count: count)
    #expect(Array(words.dropLast()) == Array(expected[first...]))
    #expect(words[count] == 7)
  }
}
