import Kernels
import Networks
import Pixels

/// Running statistics taken anew from images, for weights that were not trained as they are, such as averages: each
/// mean and variance becomes the mean over the images of those of their shards, as in training, variances unbiased
/// within each shard. Mini-batches of one shard of the same size give what PyTorch's `update_bn` does.
///
/// Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", UAI 2018.
public struct StatisticsEstimate {
  fileprivate var sums: [Double]
  /// Images so far.
  public fileprivate(set) var images = 0
}

extension DataParallel {
  /// Whether the network has running statistics that train.
  public var hasTrainedStatistics: Bool { weights.table.statistics.contains(where: \.isTrained) }

  /// An estimate of no images.
  public func beginStatistics() -> StatisticsEstimate {
    StatisticsEstimate(sums: [Double](repeating: 0, count: weights.table.statisticCount))
  }

  /// Runs a mini-batch forward as in training, and adds what its batch norms see. No weight changes.
  /// - Parameters:
  ///   - batch: at least one image.
  ///   - epoch: keys what is drawn for each image, such as dropout.
  ///   - step: keys what is drawn once for all images.
  /// - Throws: ``ParallelError/nonFiniteLoss(_:source:)`` where a statistic is not finite; `KernelError`.
  public func add(_ batch: ImageBatch, to estimate: inout StatisticsEstimate, epoch: Int, step: Int) throws {
    guard let reduction else { preconditionFailure("made for inference alone") }
    let cut = ShardCut(images: batch.count, shards: shards)
    inHand = ShardsInHand(
      batch: batch, cut: cut, part: .whole, views: try prepare(cut, .training), epoch: epoch, step: step)
    defer { inHand = nil }
    try refreshViews()
    if synchronizesNorms { try computeStages() } else { try share(.shards) { [self] in try observe(as: $0) } }
    guard reduction.statisticsAreFinite(shards: cut.count) else {
      throw ParallelError.nonFiniteLoss(.nan, source: nil)
    }
    // Norms over the whole mini-batch see it as one shard.
    let seen = synchronizesNorms ? ShardCut(images: cut.images, shards: 1) : cut
    reduction.addStatistics(of: seen, to: &estimate.sums)
    estimate.images += cut.images
  }

  /// Makes an estimate the running statistics.
  public func take(_ estimate: StatisticsEstimate) throws {
    precondition(estimate.images > 0, "an estimate is of images")
    try group.runOnce(.state) { [self] in
      for entry in weights.table.statistics where entry.isTrained {
        for i in entry.offset..<entry.offset + entry.specification.count {
          weights.runningStatistics.floats[i] = Float(estimate.sums[i] / Double(estimate.images))
        }
      }
    }
  }

  /// A worker's part of an estimate: one shard after another until none is left.
  private func observe(as worker: Int) throws {
    guard let inHand, let reduction, worker < replicas.count else { return }
    while let shard = takePiece(of: inHand.cut.count, worker) {
      let range = inHand.cut[shard]
      let run = replicas[worker].run(PlanKey(batch: range.count, purpose: .training, part: inHand.part))
      try run.observe(
        Shard(inHand.batch, from: range.lowerBound), gradients: reduction.gradients(of: shard),
        statistics: reduction.statistics(of: shard), seed: seed, epoch: inHand.epoch, step: inHand.step)
    }
  }
}

extension Reduction {
  /// Adds the statistics of a mini-batch's shards, in their order, each times its images. Variances are unbiased within
  /// each shard.
  fileprivate func addStatistics(of cut: ShardCut, to sums: inout [Double]) {
    for entry in table.statistics where entry.isTrained {
      guard case .statistic(let statistic) = entry.specification.role else { continue }
      for shard in 0..<cut.count {
        let values = Double(cut[shard].count * statistic.pixels)
        let unbiased = statistic.isVariance && values > 1 ? values / (values - 1) : 1
        let weight = Double(cut[shard].count) * unbiased
        let part = statistics(of: shard)
        for i in entry.offset..<entry.offset + entry.specification.count {
          sums[i] += Double(part[i]) * weight
        }
      }
    }
  }
}
