import Datasets
import Testing

@testable import Loading

@Suite struct EpochPlanTests {
  private func samples(_ names: some Sequence<Int>) -> [ImageSample] {
    names.map { ImageSample(path: "/data/a/\($0).png", relativePath: "a/\($0).png", label: 0) }
  }

  private func order(_ samples: [ImageSample], seed: UInt64 = 1, epoch: Int = 0) -> [String] {
    let options = LoaderOptions(
      preprocessing: Preprocessing(channels: 1, height: 1, width: 1), batchSize: 4, seed: seed)
    let plan = EpochPlan(samples: samples, options: options, epoch: epoch)
    return plan.order.map { samples[$0].relativePath }
  }

  @Test func anOrderIsKeyedBySeedAndEpoch() {
    let some = samples(0..<100)
    let first = order(some)
    #expect(order(some) == first)
    #expect(first.sorted() == some.map(\.relativePath).sorted())
    let others = [some.map(\.relativePath), order(some, seed: 2), order(some, epoch: 1)]
    #expect(others.allSatisfy { $0 != first })
  }

  @Test func otherFilesLeaveTheRelativeOrderAlone() {
    let few = samples(stride(from: 0, to: 100, by: 3))
    let names = Set(few.map(\.relativePath))
    #expect(order(samples(0..<100)).filter(names.contains) == order(few))
    #expect(order(few.reversed()) == order(few))
  }

  @Test func everyPlaceIsEquallyLikely() {
    let some = samples(0..<50)
    let places = (0..<400).map { order(some, epoch: $0).firstIndex(of: "a/7.png") ?? 0 }
    let mean = Double(places.reduce(0, +)) / 400
    // The mean of 400 places of 0...49 has a standard deviation of 0.72.
    #expect(abs(mean - 24.5) < 4)
  }

  @Test func theLastBatchTakesWhatIsLeft() {
    let options = LoaderOptions(
      preprocessing: Preprocessing(channels: 1, height: 1, width: 1), batchSize: 4)
    let plan = EpochPlan(samples: samples(0..<10), options: options, epoch: 0)
    #expect((0..<plan.batchCount).map(plan.range(ofBatch:)) == [0..<4, 4..<8, 8..<10])
  }
}
