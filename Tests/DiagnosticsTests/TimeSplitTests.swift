import Testing

@testable import Diagnostics

@Suite struct TimeSplitTests {
  @Test func sharesSumToOne() {
    let split = TimeSplit(
      wall: 10, loading: 1, forward: 2, backward: 4, allReduce: 0.5, optimizer: 0.5)
    for (part, share) in zip(split.parts, [0.1, 0.2, 0.4, 0.05, 0.05, 0.2]) {
      #expect(abs(part.share - share) < 1e-12, "\(part.name)")
    }
    #expect(abs(split.parts.reduce(0) { $0 + $1.share } - 1) < 1e-12)
  }

  /// The worker's clock is not the caller's.
  @Test func partsMayBeALittleMoreThanTheWhole() {
    let split = TimeSplit(
      wall: 10, loading: 1, forward: 3, backward: 6, allReduce: 0.2, optimizer: 0.1)
    #expect(split.idle == 0)
    #expect(abs(split.parts.reduce(0) { $0 + $1.share } - 1) < 1e-12)
  }

  @Test func theMeanSumsToOne() throws {
    let one = TimeSplit(wall: 1, loading: 1, forward: 0, backward: 0, allReduce: 0, optimizer: 0)
    let other = TimeSplit(wall: 4, loading: 0, forward: 1, backward: 2, allReduce: 0, optimizer: 0)
    let mean = try #require(TimeSplit.mean([one, other]))
    #expect(mean.parts.map(\.share) == [0.5, 0.125, 0.25, 0, 0, 0.125])
    #expect(TimeSplit.mean([]) == nil)
  }

  @Test func noTimeIsIdle() {
    let split = TimeSplit(wall: 0, loading: 0, forward: 0, backward: 0, allReduce: 0, optimizer: 0)
    #expect(split.idle == 1)
  }

  @Test func mediansAndRanges() {
    for (values, median) in [([3.0], 3.0), ([1, 4], 2.5), ([9, 1, 2], 2)] {
      #expect(Spread(values)?.median == median)
      #expect(Spread(values)?.lowest == values.min())
      #expect(Spread(values)?.highest == values.max())
    }
    #expect(Spread([]) == nil)
  }
}
