import Testing

@testable import Loading

/// How many decoders are let work.
@Suite struct LanePaceTests {
  /// Takes batches that are all ready, or must all be waited for.
  private func take(_ batches: Int, of pace: inout LanePace, ready: Bool, spare: Bool = true) {
    for _ in 0..<batches {
      pace.wanted(mustWait: !ready, hasSpare: ready && spare)
      pace.delivered()
    }
  }

  @Test func allWorkWhileTheCallerWaits() {
    var pace = LanePace(lanes: 4)
    pace.beginEpoch()
    #expect(pace.limit == 4)
    take(100, of: &pace, ready: true)
    #expect(pace.limit == 1)
    pace.wanted(mustWait: true, hasSpare: false)
    #expect(pace.limit == 4)
    pace.delivered()
    #expect(pace.limit == 2)
    pace.beginEpoch()
    #expect(pace.limit == 4)
  }

  @Test func readyBatchesTakeDecodersAwayOneByOne() {
    var pace = LanePace(lanes: 3)
    take(8, of: &pace, ready: true)
    #expect(pace.steady == 3)
    take(1, of: &pace, ready: true)
    #expect(pace.steady == 2)
    take(8, of: &pace, ready: true)
    #expect(pace.steady == 1)
    take(100, of: &pace, ready: true)
    #expect(pace.steady == 1)
  }

  @Test func batchesWithoutASpareBehindThemTakeNone() {
    var pace = LanePace(lanes: 3)
    take(100, of: &pace, ready: true, spare: false)
    #expect(pace.steady == 3)
  }

  @Test func waitingAddsDecodersAndTheyStayLongerEachTime() {
    var pace = LanePace(lanes: 2)
    take(9, of: &pace, ready: true)
    #expect(pace.steady == 1)
    take(1, of: &pace, ready: false)
    #expect(pace.steady == 2)
    take(15, of: &pace, ready: true)
    #expect(pace.steady == 2)
    take(1, of: &pace, ready: true)
    #expect(pace.steady == 1)
    take(5, of: &pace, ready: false)
    #expect(pace.steady == 2)
  }

  @Test func theFirstBatchOfAnEpochSaysNothing() {
    var pace = LanePace(lanes: 4)
    take(9, of: &pace, ready: true)
    #expect(pace.steady == 3)
    pace.beginEpoch()
    take(1, of: &pace, ready: false)
    #expect(pace.steady == 3)
  }
}
