import Datasets
import Randomness

/// Which image comes when in one epoch: a function of the samples, the order, the seed and the epoch alone.
struct EpochPlan: Sendable {
  /// The epoch, counted from 0.
  let epoch: Int
  /// Indices of samples, in the order in which they are visited, each once.
  let order: [Int]
  let batchSize: Int

  init(samples: [ImageSample], options: LoaderOptions, epoch: Int) {
    self.epoch = epoch
    batchSize = options.batchSize
    switch options.order {
    case .sequential: order = Array(samples.indices)
    case .shuffled: order = Self.permutation(of: samples, seed: options.seed, epoch: epoch)
    }
  }

  /// The number of batches, the last of which may be partial.
  var batchCount: Int { (order.count + batchSize - 1) / batchSize }

  /// The part of `order` that a batch takes.
  func range(ofBatch batch: Int) -> Range<Int> {
    batch * batchSize..<min((batch + 1) * batchSize, order.count)
  }

  /// Sorts by one draw for each sample, so that a new file takes its place and moves no pair of others.
  private static func permutation(of samples: [ImageSample], seed: UInt64, epoch: Int) -> [Int] {
    let keyed = samples.enumerated().map { index, sample in
      let key = SampleKey(seed: seed, epoch: UInt32(truncatingIfNeeded: epoch), sample: sample.identity)
      var stream = RandomStream(key, path: "order")
      return (draw: stream.nextWord(), identity: sample.identity, index: index)
    }
    return keyed.sorted { $0 < $1 }.map(\.index)
  }
}
