import Kernels
import Randomness
import Testing

@Suite struct DropConnectMaskTests {
  private func mask(_ probability: Double, _ count: Int, sample: UInt64 = 1) -> [Float] {
    var mask = [Float](repeating: .nan, count: count)
    let stream = RandomStream(SampleKey(seed: 5, sample: sample), path: "mask")
    DropConnectMask.draw(probability, count: count, stream: stream, into: &mask)
    return mask
  }

  /// Of 40,000 draws the zeros are within five standard deviations of their expectation but once in two million
  /// seeds.
  @Test(arguments: [0.1, 0.5, 0.9]) func rate(probability: Double) {
    let n = 40_000
    let mask = mask(probability, n)
    #expect(mask.allSatisfy { $0 == 0 || $0 == 1 })
    let deviation = (Double(n) * probability * (1 - probability)).squareRoot()
    #expect(abs(Double(mask.count { $0 == 0 }) - Double(n) * probability) < 5 * deviation)
  }

  /// A weight that is zero is not the same as one that is dropped: its gradient stays.
  @Test func gradientsFollowTheMaskAndNotTheWeights() {
    let weights: [Float] = [1, -2, 0, -0.0, .nan, 3, 0, -0.0]
    var copy: [Float] = [1, 1, 1, 1, 1, 0, 0, 0]
    DropConnectMask.keep(weights, count: 8, in: &copy)
    #expect(Array(copy.prefix(4)) == [1, -2, 0, 0])
    #expect(copy[4].isNaN)
    #expect(Array(copy.suffix(3)) == [0, 0, 0])
    var gradient: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
    DropConnectMask.apply(to: &gradient, keptIn: copy, count: 8)
    #expect(gradient == [1, 2, 3, 4, 5, 0, 0, 0])
  }
}
