import Randomness
import Testing

@testable import Networks

@Suite struct MemoryPlanTests {
  /// What a buffer holds, and when.
  private struct Life {
    let buffer: Int
    let byteCount: Int
    let times: ClosedRange<Int>
  }

  private static func random(_ seed: UInt64) -> (plan: MemoryPlan, lives: [Life]) {
    var stream = RandomStream(SampleKey(seed: seed, sample: 0), path: "lives")
    var plan = MemoryPlan()
    let lives = (0..<40).map { _ in
      let byteCount = stream.integer(in: 0...3) == 0 ? 0 : stream.integer(in: 1...5000)
      let start = stream.integer(in: 0...50)
      let end = start + stream.integer(in: 0...20)
      let buffer = plan.add(byteCount: byteCount)
      plan.use(buffer, at: end)
      plan.use(buffer, at: start)
      return Life(buffer: buffer, byteCount: byteCount, times: start...end)
    }
    return (plan, lives)
  }

  @Test(arguments: 0..<30) func buffersThatLiveTogetherDoNotOverlap(seed: UInt64) {
    let (plan, lives) = Self.random(seed)
    let (offsets, total) = plan.place()
    let places = lives.map { offsets[$0.buffer]..<offsets[$0.buffer] + $0.byteCount }
    for (i, life) in lives.enumerated() {
      #expect(places[i].lowerBound % 64 == 0)
      #expect(places[i].upperBound <= total)
      for j in 0..<i where life.times.overlaps(lives[j].times) {
        #expect(!places[i].overlaps(places[j]), "buffers \(i) and \(j)")
      }
    }
  }

  @Test(arguments: 0..<10) func memoryIsShared(seed: UInt64) {
    let (plan, lives) = Self.random(seed)
    let all = lives.reduce(0) { $0 + ($1.byteCount + 63) / 64 * 64 }
    let busiest = (0...70).map { time in
      lives.filter { $0.times.contains(time) }.reduce(0) { $0 + $1.byteCount }
    }.max()
    let total = plan.place().byteCount
    #expect(total < all)
    #expect(total >= busiest ?? 0)
  }

  @Test func mergedBuffersAreOneForBothLives() {
    var plan = MemoryPlan()
    let (a, b, c) = (plan.add(byteCount: 64), plan.add(byteCount: 640), plan.add(byteCount: 64))
    plan.merge(a, into: b)
    plan.use(a, at: 0)
    plan.use(b, at: 9)
    plan.use(c, at: 5)
    let (offsets, total) = plan.place()
    #expect(offsets[a] == offsets[b])
    // The merged one lives at 5 too.
    #expect(offsets[c] != offsets[a])
    #expect(total == 704)
  }
}
