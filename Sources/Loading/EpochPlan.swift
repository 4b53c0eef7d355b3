import Augmentation
import Datasets
import Randomness

/// Which image comes when in one epoch, and how batches are mixed: a function of the samples, what is left out of
/// them, the options and the epoch alone.
struct EpochPlan: Sendable {
  /// The epoch, counted from 0.
  let epoch: Int
  /// Indices of samples, in the order in which they are visited: each once, or as they were drawn.
  let order: [Int]
  /// For each place how often its sample was visited before; empty where each comes once.
  private let copies: [UInt32]
  let batchSize: Int
  /// The identities of samples that the epoch does without.
  let leftOut: Set<UInt64>
  private let seed: UInt64
  private let mixing: BatchMixing?

  init(samples all: [ImageSample], options: LoaderOptions, epoch: Int, leavingOut leftOut: Set<UInt64> = []) {
    self.epoch = epoch
    self.leftOut = leftOut
    batchSize = options.batchSize
    seed = options.seed
    mixing = options.mixing
    let kept = leftOut.isEmpty ? nil : all.indices.filter { !leftOut.contains(all[$0].identity) }
    let samples = kept.map { $0.map { all[$0] } } ?? all
    let places: [Int]
    switch options.order {
    case .sequential: places = Array(samples.indices)
    case .shuffled: places = Self.permutation(of: samples, seed: options.seed, epoch: epoch)
    case .weighted: places = WeightedDraws(of: samples, seed: options.seed, epoch: epoch).order
    case .balanced: places = BalancedDraws(of: samples, seed: options.seed, epoch: epoch).order
    }
    order = kept.map { kept in places.map { kept[$0] } } ?? places
    copies =
      options.order == .balanced || options.order == .weighted
      ? Self.copies(in: order, of: all.count) : []
  }

  /// The number of batches, the last of which may be partial.
  var batchCount: Int { (order.count + batchSize - 1) / batchSize }

  /// The part of `order` that a batch takes.
  func range(ofBatch batch: Int) -> Range<Int> {
    batch * batchSize..<min((batch + 1) * batchSize, order.count)
  }

  /// How often the sample at a place of `order` was visited before in the epoch.
  func copy(at place: Int) -> UInt32 { copies.isEmpty ? 0 : copies[place] }

  /// The draws of what takes the place of an image that cannot be read: keyed as its augmentation is.
  /// - Parameter copy: how often the epoch visited the sample before.
  func replacementStream(for identity: UInt64, copy: UInt32) -> RandomStream {
    let epoch = UInt32(truncatingIfNeeded: epoch)
    return RandomStream(
      SampleKey(seed: seed, epoch: epoch, sample: identity, copy: copy), path: "replacement")
  }

  /// What is done to a batch of images of this size; nil where it is left alone.
  func mixing(ofBatch batch: Int, _ size: ImageSize) -> MixingPlan? {
    let epoch = UInt32(truncatingIfNeeded: epoch)
    return mixing?.plan(for: size, key: SampleKey(seed: seed, epoch: epoch, sample: UInt64(batch)))
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

  private static func copies(in order: [Int], of count: Int) -> [UInt32] {
    var visits = [UInt32](repeating: 0, count: count)
    return order.map { index in
      visits[index] += 1
      return visits[index] - 1
    }
  }
}
