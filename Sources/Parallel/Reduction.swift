import Kernels
import Networks
import Synchronization

/// The reduce-scatter: workers take slices one after another, sum the shards' gradients of a slice, in shard
/// order, and update its weights at once. Nothing is gathered, since the replicas share the weights.
///
/// Ownership: `gradients` and `results` are written shard by shard while shards are computed, each shard by one worker, and
/// read slice by slice after that.
final class Reduction: @unchecked Sendable {
  private struct Slice {
    let parameter: Int
    let offset, count: Int
    let decays: Bool
  }

  /// What each shard was worth.
  let results: UnsafeMutablePointer<SoftmaxCrossEntropy.Result>
  private let gradients: Arena
  private let statistics: Arena
  private let table: ParameterTable
  private let slices: [Slice]
  /// How many slices of each parameter wait for the update at hand.
  private let waiting: UnsafeMutablePointer<Atomic<Int>>
  private let slicesOfParameter: [Int]

  /// Makes room for the gradients and statistics of `shards` shards.
  init(table: ParameterTable, shards: Int) throws {
    self.table = table
    results = .allocate(capacity: shards)
    results.initialize(repeating: .init(), count: shards)
    let size = MemoryLayout<Float>.stride
    gradients = try Arena(byteCount: shards * table.parameterCount * size)
    statistics = try Arena(byteCount: shards * table.statisticCount * size)
    // Small enough that a slice's sum is still in the cache when the optimizer reads it.
    let longest = 8192
    slices = table.parameters.enumerated().flatMap { parameter, entry in
      stride(from: 0, to: entry.paddedCount, by: longest).map { start in
        Slice(
          parameter: parameter, offset: entry.offset + start, count: min(longest, entry.paddedCount - start),
          decays: entry.specification.role == .weight)
      }
    }
    slicesOfParameter = table.parameters.map { ($0.paddedCount + longest - 1) / longest }
    waiting = .allocate(capacity: slicesOfParameter.count)
    for (parameter, count) in slicesOfParameter.enumerated() {
      (waiting + parameter).initialize(to: Atomic(count))
    }
  }

  deinit {
    results.deallocate()
    waiting.deinitialize(count: slicesOfParameter.count)
    waiting.deallocate()
  }

  /// Pieces of an update.
  var sliceCount: Int { slices.count }

  /// Bytes of all shards' gradients and statistics.
  var byteCount: Int { gradients.byteCount + statistics.byteCount }

  /// Where a shard's gradients go.
  func gradients(of shard: Int) -> UnsafeMutablePointer<Float> {
    gradients.floats + shard * table.parameterCount
  }

  /// Where a shard's batch-norm statistics go.
  func statistics(of shard: Int) -> UnsafeMutablePointer<Float> {
    statistics.floats + shard * table.statisticCount
  }

  /// Sums and updates one slice.
  /// - Parameter recorder: hears when the sum is done, and when the update is.
  /// - Returns: its parameter, if this was the last slice of it.
  func update(
    slice index: Int, of weights: SharedWeights, shards: Int, optimizer: any Optimizer, learningRate: Float,
    step: Int, recorder: WorkRecorder?
  ) -> Int? {
    let slice = slices[index]
    let sum = gradients(of: 0) + slice.offset
    for shard in 1..<max(shards, 1) {
      let part = gradients(of: shard) + slice.offset
      for i in 0..<slice.count { sum[i] += part[i] }
    }
    recorder?.mark(.allReduce)
    optimizer.update(
      ParameterSlice(
        weights: weights.parameters.floats + slice.offset, gradient: sum,
        moments: weights.moments.floats + slice.offset, momentStride: table.parameterCount,
        count: slice.count, decays: slice.decays),
      learningRate: learningRate, step: step)
    recorder?.mark(.optimizer)
    let parameter = slice.parameter
    guard waiting[parameter].subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return nil }
    waiting[parameter].store(slicesOfParameter[parameter], ordering: .relaxed)
    return parameter
  }

  /// Whether every batch-norm statistic of the step is a number: a network that diverges shows here first,
  /// even where ReLUs hide it from the loss.
  func statisticsAreFinite(shards: Int) -> Bool {
    for shard in 0..<shards {
      let values = statistics(of: shard)
      var sum: Float = 0
      for i in 0..<table.statisticCount { sum += values[i] * 0 }
      if sum != 0 { return false }
    }
    return true
  }

  /// Moves the running statistics towards the step's: the shards' statistics weighted by their images, in
  /// shard order. Variances are unbiased within each shard.
  func updateRunningStatistics(_ weights: SharedWeights, cut: ShardCut) {
    for entry in table.statistics {
      guard case .statistic(let statistic) = entry.specification.role else { continue }
      let running = weights.runningStatistics.floats + entry.offset
      for i in 0..<entry.specification.count {
        var mean: Float = 0
        for shard in 0..<cut.count {
          let values = Float(cut[shard].count * statistic.pixels)
          let unbiased = statistic.isVariance && values > 1 ? values / (values - 1) : 1
          let weight = Float(cut[shard].count) / Float(cut.images)
          mean += statistics(of: shard)[entry.offset + i] * unbiased * weight
        }
        running[i] = (1 - statistic.momentum) * running[i] + statistic.momentum * mean
      }
    }
  }
}
