import Kernels
import Networks

/// Batch-norm statistics.
extension Reduction {
  /// Whether every batch-norm statistic of the shards is a number: a network that diverges shows here first,
  /// even where ReLUs hide it from the loss.
  func statisticsAreFinite(shards: Int) -> Bool {
    // Those of frozen norms stay zero.
    for shard in 0..<shards {
      let values = statistics(of: shard)
      var sum: Float = 0
      for i in 0..<table.statisticCount { sum += values[i] * 0 }
      if sum != 0 { return false }
    }
    return true
  }

  /// Begins the sum of a step.
  func forgetStatistics() {
    statisticSum.floats.update(repeating: 0, count: table.statisticCount)
  }

  /// Adds the statistics of a mini-batch's shards, in their order, each times its images. Variances are unbiased
  /// within each shard.
  func addStatistics(of cut: ShardCut) {
    for entry in table.statistics where entry.isTrained {
      guard case .statistic(let statistic) = entry.specification.role else { continue }
      let sum = statisticSum.floats + entry.offset
      for shard in 0..<cut.count {
        let values = Float(cut[shard].count * statistic.pixels)
        let unbiased = statistic.isVariance && values > 1 ? values / (values - 1) : 1
        let weight = Float(cut[shard].count) * unbiased
        let part = statistics(of: shard) + entry.offset
        for i in 0..<entry.specification.count { sum[i] += part[i] * weight }
      }
    }
  }

  /// Moves the running statistics towards the step's: the mean of the shards' statistics over its images.
  func updateRunningStatistics(_ weights: SharedWeights, images: Int) {
    for entry in table.statistics where entry.isTrained {
      guard case .statistic(let statistic) = entry.specification.role else { continue }
      let running = weights.runningStatistics.floats + entry.offset
      let sum = statisticSum.floats + entry.offset
      for i in 0..<entry.specification.count {
        running[i] = (1 - statistic.momentum) * running[i] + statistic.momentum * (sum[i] / Float(images))
      }
    }
  }
}
