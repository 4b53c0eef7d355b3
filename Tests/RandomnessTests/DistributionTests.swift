import Randomness
import Testing

/// Statistical limits hold with 99.9% confidence; keys are fixed, so that a pass stays a pass.
@Suite("Distributions")
struct DistributionTests {
  private static func stream(_ path: String, sample: UInt64 = 1, purpose: RandomStream.Purpose = .parameters)
    -> RandomStream
  {
    RandomStream(SampleKey(seed: 11, sample: sample), path: path, purpose: purpose)
  }

  @Test("Unit numbers are uniform")
  func uniformity() {
    var stream = Self.stream("unit")
    let values = (0..<20_000).map { _ in stream.unit() }
    #expect(values.allSatisfy { 0 <= $0 && $0 < 1 })
    #expect(largestGap(values) < 1.95 / 20_000.0.squareRoot())
  }

  @Test("Every bit of a word is set half of the time")
  func bits() {
    var stream = Self.stream("bits")
    var counts = [Int](repeating: 0, count: 64)
    for _ in 0..<10_000 {
      let word = stream.nextWord()
      for bit in 0..<64 { counts[bit] += Int(word >> UInt64(bit) & 1) }
    }
    // 64 normal numbers of standard deviation 50: none beyond 4.5 of them.
    #expect(counts.allSatisfy { abs($0 - 5000) < 225 })
  }

  @Test("Normal numbers have the moments of the normal distribution")
  func normal() {
    var stream = Self.stream("normal")
    let count = 40_000.0
    let values = (0..<Int(count)).map { _ in stream.normal() }
    func moment(_ power: Int) -> Double {
      values.reduce(0) { sum, value in sum + (0..<power).reduce(1) { product, _ in product * value } } / count
    }
    // Each within 3.29 standard errors: the variances are 1, 2, 15 and 96.
    #expect(abs(moment(1)) < 3.29 * (1 / count).squareRoot())
    #expect(abs(moment(2) - 1) < 3.29 * (2 / count).squareRoot())
    #expect(abs(moment(3)) < 3.29 * (15 / count).squareRoot())
    #expect(abs(moment(4) - 3) < 3.29 * (96 / count).squareRoot())
  }

  /// The limits are for 1, 2, 6 and 9 degrees of freedom.
  @Test(
    "Integers are uniform over ranges that do not divide a power of two",
    arguments: [(2, 10.83), (3, 13.82), (7, 22.46), (10, 27.88)])
  func integers(_ count: Int, limit: Double) {
    var stream = Self.stream("integers \(count)")
    var counts = [Int](repeating: 0, count: count)
    for _ in 0..<12_000 { counts[stream.integer(in: -4...count - 5) + 4] += 1 }
    let expected = 12_000.0 / Double(count)
    let statistic = counts.reduce(0.0) { sum, count in
      sum + (Double(count) - expected) * (Double(count) - expected) / expected
    }
    #expect(statistic < limit)
  }

  @Test(
    "A range of three quarters of all words has no bias, where a plain multiplication doubles every third")
  func integerBias() {
    var stream = Self.stream("bias")
    var thirds = 0
    for _ in 0..<9000 {
      let value = stream.integer(in: Int.min...Int.max / 2)
      if UInt64(bitPattern: Int64(value &- .min)) % 3 == 0 { thirds += 1 }
    }
    // 3000 and 3.29 standard deviations of 44.7.
    #expect(abs(thirds - 3000) < 147)
  }

  @Test("The ends of ranges and of probabilities are kept")
  func ends() {
    var stream = Self.stream("ends")
    for _ in 0..<100 {
      let (one, two, wide) = (
        stream.integer(in: 5...5), stream.uniform(in: 2...2), stream.uniform(in: -3...4.5)
      )
      let (always, never) = (stream.chance(1), stream.chance(0))
      #expect(one == 5)
      #expect(two == 2)
      #expect((-3...4.5).contains(wide))
      #expect(always && !never)
    }
    #expect(Set((0..<100).map { _ in stream.integer(in: Int.min...Int.max) }).count == 100)
  }

  @Test("Streams of other paths, samples and purposes are uncorrelated")
  func independence() {
    let streams = [
      Self.stream("a"), Self.stream("b"), Self.stream("a", sample: 2), Self.stream("a", purpose: .gate),
    ]
    let draws = streams.map { stream in
      var stream = stream
      return (0..<10_000).map { _ in stream.unit() - 0.5 }
    }
    for first in draws.indices {
      for second in draws.indices where second > first {
        let sum = zip(draws[first], draws[second]).reduce(0) { $0 + $1.0 * $1.1 }
        // A mean of products of variance 1/144: within 3.9 standard errors, as there are six pairs.
        #expect(abs(sum / 10_000) < 3.9 / 12 / 100)
      }
    }
  }

  @Test("The first draws over samples are uniform: a key is as good as a stream")
  func acrossSamples() {
    let values = (0..<10_000).map { sample in
      var stream = Self.stream("a", sample: UInt64(sample))
      return stream.unit()
    }
    #expect(largestGap(values) < 1.95 / 10_000.0.squareRoot())
  }

  /// Kolmogorov and Smirnov's distance from the uniform distribution on 0...1.
  private func largestGap(_ values: [Double]) -> Double {
    let count = Double(values.count)
    return values.sorted().enumerated().reduce(0) { gap, item in
      max(gap, item.element - Double(item.offset) / count, Double(item.offset + 1) / count - item.element)
    }
  }
}
