import Datasets
import Testing

@testable import Loading

/// Samples that come as often as their weights say, alone and within balanced classes. Statistical limits hold with
/// 99.9% confidence; keys are fixed.
@Suite("Weighted draws") struct WeightedDrawsTests {
  private func samples(_ weights: [Float], label: (Int) -> Int = { _ in 0 }) -> [ImageSample] {
    weights.enumerated().map { index, weight in
      let path = "\(label(index))/\(index).png"
      return ImageSample(path: "/data/" + path, relativePath: path, label: label(index), weight: weight)
    }
  }

  private func order(
    _ samples: [ImageSample], _ order: SampleOrder, epoch: Int = 0, seed: UInt64 = 3
  ) -> [Int] {
    let options = LoaderOptions(
      preprocessing: Preprocessing(channels: 1, height: 1, width: 1), batchSize: 8, seed: seed, order: order)
    return EpochPlan(samples: samples, options: options, epoch: epoch).order
  }

  private func visits(_ order: [Int], of count: Int) -> [Int] {
    order.reduce(into: [Int](repeating: 0, count: count)) { $0[$1] += 1 }
  }

  @Test(arguments: [Float(1), 0.25, 1e-3, 4e6]) func equalWeightsBringEachOnce(weight: Float) {
    let all = samples([Float](repeating: weight, count: 57))
    for epoch in 0..<5 { #expect(order(all, .weighted, epoch: epoch).sorted() == Array(0..<57)) }
  }

  /// Systematic sampling: the share itself, rounded down or up.
  @Test func everyEpochGivesEachItsShare() {
    let weights: [Float] = [1, 2, 0.5, 3.5, 0.1, 1, 1, 7, 0.01, 0.4]
    let all = samples(weights)
    let sum = weights.reduce(0, +)
    for epoch in 0..<50 {
      let order = order(all, .weighted, epoch: epoch)
      #expect(order.count == 10)
      for (index, count) in visits(order, of: 10).enumerated() {
        let share = weights[index] / sum * 10
        #expect(Float(count) > share - 1 && Float(count) < share + 1)
      }
    }
  }

  @Test func sharesBelowOneVisitAreRightOnAverage() {
    // One of them has a share of half a visit, the others of nearly one.
    let all = samples([Float](repeating: 1, count: 19) + [0.5])
    let share = 0.5 / 19.5 * 20
    let hits = (0..<1000).count { order(all, .weighted, epoch: $0).contains(19) }
    let deviation = (1000 * share * (1 - share)).squareRoot()
    #expect(abs(Double(hits) - 1000 * share) < 3.29 * deviation)
  }

  @Test(arguments: [SampleOrder.weighted, .balanced])
  func keyedBySeedAndEpochAndNotByTheOrderOfFiles(kind: SampleOrder) {
    let all = samples((0..<40).map { Float($0 % 5 + 1) }) { $0 % 3 }
    func paths(_ samples: [ImageSample], epoch: Int = 0, seed: UInt64 = 3) -> [String] {
      order(samples, kind, epoch: epoch, seed: seed).map { samples[$0].relativePath }
    }
    let first = paths(all)
    #expect(paths(all) == first && paths(all.reversed()) == first)
    #expect(paths(all, epoch: 1) != first && paths(all, seed: 4) != first)
  }

  @Test func balancedClassesDrawTheirImagesByWeight() {
    // Two classes of ten and thirty images; in each the first half has three times the weight of the second.
    let all = samples(
      (0..<10).map { $0 < 5 ? 3 : 1 } + (0..<30).map { $0 < 15 ? 0.6 : 0.2 }, label: { $0 < 10 ? 0 : 1 })
    var counts = [Int](repeating: 0, count: 40)
    for epoch in 0..<400 {
      let order = order(all, .balanced, epoch: epoch)
      #expect(order.count { $0 < 10 } == 20)
      for index in order { counts[index] += 1 }
    }
    // 8,000 visits to each class. Chi-square's limits for 9 and 29 degrees of freedom.
    for (members, limit) in [(0..<10, 27.88), (10..<40, 58.30)] {
      let sum = members.reduce(0.0) { $0 + Double(all[$1].weight) }
      let statistic = members.reduce(0.0) {
        let expected = 8000 * Double(all[$1].weight) / sum
        return $0 + (Double(counts[$1]) - expected) * (Double(counts[$1]) - expected) / expected
      }
      #expect(statistic < limit)
    }
  }
}
