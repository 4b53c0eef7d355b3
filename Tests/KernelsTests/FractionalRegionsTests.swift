import Kernels
import Randomness
import Testing

/// The sequences of fractional max pooling.
@Suite struct FractionalRegionsTests {
  private func draw(
    _ regions: FractionalRegions, _ sequence: FractionalRegions.Sequence, sample: UInt64
  ) -> [Range<Int32>] {
    var stream = RandomStream(SampleKey(seed: 4, sample: sample), path: "regions")
    return [Range<Int32>](unsafeUninitializedCapacity: regions.output) { memory, count in
      guard let base = memory.baseAddress else { return }
      regions.draw(sequence, &stream, into: base)
      count = regions.output
    }
  }

  /// From the first pixel to the last, by the ratio rounded up or down, sharing a border or not.
  @Test(arguments: FractionalRegions.Sequence.allCases, [false, true])
  func theyCoverTheInput(sequence: FractionalRegions.Sequence, overlapping: Bool) {
    for (input, output) in [(25, 18), (10, 7), (9, 8), (9, 4), (2, 1), (30, 4), (224, 158)] {
      let regions = FractionalRegions(input: input, output: output, overlapping: overlapping)
      let small = regions.span / output
      for sample in 0..<50 {
        let drawn = draw(regions, sequence, sample: UInt64(sample))
        #expect(drawn[0].lowerBound == 0 && drawn[output - 1].upperBound == Int32(input))
        let border: Int32 = overlapping ? 1 : 0
        for (a, b) in zip(drawn, drawn.dropFirst()) { #expect(a.upperBound - border == b.lowerBound) }
        let increments = Set(drawn.map { $0.count - Int(border) })
        #expect(increments.isSubset(of: regions.span % output == 0 ? [small] : [small, small + 1]))
      }
    }
  }

  /// Graham's formula, in floating point: far enough from whole numbers it has no other result.
  @Test func pseudoRandomIsGrahamsFormula() {
    for (input, output) in [(25, 18), (36, 25), (10, 7), (224, 158)] {
      let regions = FractionalRegions(input: input, output: output, overlapping: false)
      let ratio = Double(input) / Double(output)
      for sample in 0..<200 {
        var stream = RandomStream(SampleKey(seed: 4, sample: UInt64(sample)), path: "regions")
        let u = (Double(stream.next()) + 0.5) / 0x1p32
        let members = (0...output).map { Int32((ratio * (Double($0) + u)).rounded(.up)) }
        let expected = zip(members, members.dropFirst()).map { ($0 - members[0])..<($1 - members[0]) }
        #expect(draw(regions, .pseudoRandom, sample: UInt64(sample)) == expected)
      }
    }
  }

  /// The 15 orders of four increments of 2 among six come equally often. Chi-squared of 15,000 draws, with 14 degrees of
  /// freedom, is above 60 for a right generator once in five million times.
  @Test func allRandomOrdersAreAlike() {
    let regions = FractionalRegions(input: 10, output: 6, overlapping: false)
    var counts: [[Int]: Int] = [:]
    let n = 15_000
    for sample in 0..<n {
      counts[draw(regions, .random, sample: UInt64(sample)).map(\.count), default: 0] += 1
    }
    #expect(counts.count == 15)
    let expected = Double(n) / 15
    let chiSquared = counts.values.map { Double($0) }.sorted().reduce(0) {
      $0 + ($1 - expected) * ($1 - expected) / expected
    }
    #expect(chiSquared < 60)
  }

  /// How often each increment is the larger one: within five standard deviations of the share of offsets for which the
  /// formula says so, or of the ratio's part beyond 1, but once in two million times for each.
  @Test(arguments: FractionalRegions.Sequence.allCases)
  func everyIncrementHasItsMean(sequence: FractionalRegions.Sequence) {
    let (input, output, n) = (25, 18, 10_000)
    let regions = FractionalRegions(input: input, output: output, overlapping: false)
    let ratio = Double(input) / Double(output)
    var counts = [Int](repeating: 0, count: output)
    for sample in 0..<n {
      for (i, region) in draw(regions, sequence, sample: UInt64(sample)).enumerated() where region.count == 2
      {
        counts[i] += 1
      }
    }
    for i in 0..<output {
      var probability = ratio - 1
      if sequence == .pseudoRandom {
        let offsets = (0..<100_000).map { (Double($0) + 0.5) / 100_000 }
        probability =
          offsets.reduce(0) { sum, u in
            sum + (ratio * (Double(i + 1) + u)).rounded(.up) - (ratio * (Double(i) + u)).rounded(.up) - 1
          } / 100_000
      }
      let deviation = (Double(n) * probability * (1 - probability)).squareRoot()
      #expect(abs(Double(counts[i]) - Double(n) * probability) <= 5 * deviation + 1e-5 * Double(n))
    }
  }

  /// Sizes far beyond what a product of all factors could hold.
  @Test func hugeImagesDoNotOverflow() {
    let regions = FractionalRegions(input: 1 << 27, output: 3, overlapping: true)
    let drawn = draw(regions, .pseudoRandom, sample: 1)
    #expect(drawn.last?.upperBound == 1 << 27)
  }
}
