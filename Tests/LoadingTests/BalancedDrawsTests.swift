import Augmentation
import Datasets
import Testing

@testable import Loading

/// Balanced sampling. Statistical limits hold with 99.9% confidence; keys are fixed.
@Suite("Balanced draws") struct BalancedDrawsTests {
  /// Classes of 5, 20 and 75 images.
  private let samples = [(0, 5), (1, 20), (2, 75)].flatMap { label, count in
    (0..<count).map { index in
      let path = "\(label)/\(index).png"
      return ImageSample(path: "/data/" + path, relativePath: path, label: label)
    }
  }

  private func plan(_ samples: [ImageSample], epoch: Int = 0, seed: UInt64 = 1) -> EpochPlan {
    let options = LoaderOptions(
      preprocessing: Preprocessing(channels: 1, height: 1, width: 1), batchSize: 8, seed: seed,
      order: .balanced)
    return EpochPlan(samples: samples, options: options, epoch: epoch)
  }

  @Test func everyClassComesEquallyOften() {
    var extra = [0, 0, 0]
    for epoch in 0..<30 {
      let order = plan(samples, epoch: epoch).order
      #expect(order.count == 100)
      let counts = (0..<3).map { label in order.count { samples[$0].label == label } }
      #expect(counts.sorted() == [33, 33, 34])
      extra[counts.firstIndex(of: 34) ?? 0] += 1
    }
    // The visit that is left over goes round.
    #expect(extra.allSatisfy { $0 > 0 })
  }

  @Test func everyImageOfAClassIsEquallyLikely() {
    var visits = [Int](repeating: 0, count: 100)
    for epoch in 0..<300 { for index in plan(samples, epoch: epoch).order { visits[index] += 1 } }
    // Chi-square's limits for 4, 19 and 74 degrees of freedom.
    for (range, limit) in [(0..<5, 18.47), (5..<25, 43.82), (25..<100, 116.1)] {
      let expected = Double(visits[range].reduce(0, +)) / Double(range.count)
      let statistic = visits[range].reduce(0.0) {
        $0 + (Double($1) - expected) * (Double($1) - expected) / expected
      }
      #expect(statistic < limit)
    }
  }

  @Test func classesComeInNoOrder() {
    // The share of neighbours of one class, of 300 epochs: 1/3 less what is drawn without replacement.
    var same = 0
    for epoch in 0..<300 {
      let labels = plan(samples, epoch: epoch).order.map { samples[$0].label }
      same += zip(labels, labels.dropFirst()).count { $0 == $1 }
    }
    let n = 300.0 * 99
    let p = (34.0 * 33 + 2 * 33 * 32) / (100 * 99)
    #expect(abs(Double(same) - n * p) < 3.29 * (n * p * (1 - p)).squareRoot())
  }

  @Test func keyedBySeedAndEpochAndNotByTheOrderOfFiles() {
    let paths = { (samples: [ImageSample], plan: EpochPlan) in plan.order.map { samples[$0].relativePath } }
    let first = paths(samples, plan(samples))
    #expect(paths(samples, plan(samples)) == first)
    #expect(paths(samples.reversed(), plan(samples.reversed())) == first)
    #expect(paths(samples, plan(samples, epoch: 1)) != first)
    #expect(paths(samples, plan(samples, seed: 2)) != first)
  }

  /// An image that comes again is augmented anew, and has an identity of its own for what else is drawn.
  @Test func visitsOfAnImageDiffer() throws {
    var pictures = try PictureFolder(count: 0)
    for index in 100..<105 { try pictures.add(index) }
    var options = pictures.options(batchSize: 5, order: .balanced)
    options.recipe = AugmentationRecipe { ColorJitter(brightness: 0.9) }
    let loader = try BatchLoader(samples: pictures.samples, options: options)
    var (again, alike) = (0, 0)
    for epoch in 0..<6 {
      let order = loader.samples(inEpoch: epoch).map(\.identity)
      loader.begin(epoch: epoch)
      let batch = try #require(try loader.remainingBatches().first)
      #expect(Set(batch.samples).count == 5)
      for visit in 0..<5 {
        guard let first = order.firstIndex(of: order[visit]), first < visit else {
          #expect(batch.samples[visit] == order[visit])
          continue
        }
        again += 1
        if batch.images[visit * 12] == batch.images[first * 12] { alike += 1 }
        #expect(batch.labels[visit] == batch.labels[first])
      }
    }
    // Of some hundred values two may come out the same.
    #expect(again > 4 && alike < again / 3)
  }
}
