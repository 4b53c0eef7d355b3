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
    /// The first value's place among the weights, and among gradients and moments.
    let offset, gradientOffset: Int
    let count: Int
    let decays: Bool
    /// Times the step's learning rate.
    let rate: Float
  }

  /// What each shard was worth.
  let results: UnsafeMutablePointer<SoftmaxCrossEntropy.Result>
  /// Of the weights that the slices' digests are of.
  var digestedVersion = -1
  /// Values of a slice at most: few enough that its sum is still in the cache when the optimizer reads it.
  private static let longestSlice = 8192
  private let gradients: Arena
  /// Room for the mean gradient of a slice for each worker.
  private let means: Arena
  /// The sum over the mini-batches of a step before the last one; nil where a step has one alone.
  private let gradientSum: Arena?
  private let statistics: Arena
  /// The sum over the shards of a step so far, each times its images.
  private let statisticSum: Arena
  let table: ParameterTable
  private let places: [ParameterTable.Place]
  private let slices: [Slice]
  /// How many slices of each parameter wait for the update at hand.
  private let waiting: UnsafeMutablePointer<Atomic<Int>>
  private let slicesOfParameter: [Int]
  /// Of each slice and of each parameter, for optimizers that need them.
  private let sliceNorms, norms: UnsafeMutablePointer<SquaredNorms>
  /// Of frozen parameters, as they were since a version.
  private var frozenDigests: (version: Int, values: [BitsDigest])?
  /// Of each slice's weights after the last update.
  private let sliceDigests: UnsafeMutablePointer<UInt64>

  /// Makes room for the gradients and statistics of `shards` shards, and for a sum where a step `accumulates`.
  /// - Parameter rates: what the learning rate of a parameter is times the step's; 1 where it is not named.
  init(
    table: ParameterTable, shards: Int, workers: Int, accumulates: Bool, rates: [String: Float] = [:]
  ) throws {
    self.table = table
    places = table.places
    results = .allocate(capacity: shards)
    results.initialize(repeating: .init(), count: shards)
    let size = MemoryLayout<Float>.stride
    gradients = try Arena(byteCount: shards * table.gradientCount * size)
    means = try Arena(byteCount: workers * Self.longestSlice * size)
    gradientSum = accumulates ? try Arena(byteCount: table.gradientCount * size) : nil
    statistics = try Arena(byteCount: shards * table.statisticCount * size)
    statisticSum = try Arena(byteCount: table.statisticCount * size)
    slices = table.parameters.enumerated().filter(\.element.isTrained).flatMap { parameter, entry in
      Self.ranges(of: entry).map { range in
        Slice(
          parameter: parameter, offset: entry.offset + range.lowerBound,
          gradientOffset: table.gradientOffset(of: parameter) + range.lowerBound, count: range.count,
          decays: entry.specification.role == .weight, rate: rates[entry.specification.name] ?? 1)
      }
    }
    slicesOfParameter = table.parameters.map { $0.isTrained ? Self.ranges(of: $0).count : 0 }
    waiting = .allocate(capacity: slicesOfParameter.count)
    for (parameter, count) in slicesOfParameter.enumerated() {
      (waiting + parameter).initialize(to: Atomic(count))
    }
    sliceNorms = .allocate(capacity: slices.count)
    sliceNorms.initialize(repeating: SquaredNorms(), count: slices.count)
    norms = .allocate(capacity: table.parameters.count)
    norms.initialize(repeating: SquaredNorms(), count: table.parameters.count)
    sliceDigests = .allocate(capacity: slices.count)
    sliceDigests.initialize(repeating: 0, count: slices.count)
  }

  deinit {
    results.deallocate()
    waiting.deinitialize(count: slicesOfParameter.count)
    waiting.deallocate()
    sliceNorms.deallocate()
    norms.deallocate()
    sliceDigests.deallocate()
  }

  /// The pieces of a parameter, from its first value on.
  private static func ranges(of entry: ParameterTable.Entry) -> [Range<Int>] {
    stride(from: 0, to: entry.paddedCount, by: longestSlice).map {
      $0..<min($0 + longestSlice, entry.paddedCount)
    }
  }

  /// Pieces of an update.
  var sliceCount: Int { slices.count }

  /// Bytes of all shards' gradients and statistics and of their sums.
  var byteCount: Int {
    gradients.byteCount + means.byteCount + (gradientSum?.byteCount ?? 0) + statistics.byteCount
      + statisticSum.byteCount
  }

  /// Where a shard's gradients go.
  func gradients(of shard: Int) -> UnsafeMutablePointer<Float> {
    gradients.floats + shard * table.gradientCount
  }

  /// Where a shard's batch-norm statistics go.
  func statistics(of shard: Int) -> UnsafeMutablePointer<Float> {
    statistics.floats + shard * table.statisticCount
  }

}

// MARK: - Gradients

extension Reduction {
  /// Adds the gradients of the last mini-batch's shards to the step's sum, for one slice.
  func accumulate(slice index: Int, _ step: StepUnderWay) {
    guard let gradientSum else { preconditionFailure("there is no room for a sum") }
    let slice = slices[index]
    let sum = gradientSum.floats + slice.gradientOffset
    // The first value is copied, since 0 + -0 is not -0.
    if !step.hasSum { sum.update(from: gradients(of: 0) + slice.gradientOffset, count: slice.count) }
    for shard in (step.hasSum ? 0 : 1)..<step.shards {
      let part = gradients(of: shard) + slice.gradientOffset
      for i in 0..<slice.count { sum[i] += part[i] }
    }
  }

  /// The mean gradient of a slice over the images of a step: the sum so far, then the last mini-batch's shards in
  /// order, over the images.
  /// - Parameter mean: gets it; may be where shard 0's is.
  private func mean(_ slice: Slice, _ step: StepUnderWay, into mean: UnsafeMutablePointer<Float>) {
    let first = gradients(of: 0) + slice.gradientOffset
    if step.hasSum, let gradientSum {
      let sum = gradientSum.floats + slice.gradientOffset
      for i in 0..<slice.count { mean[i] = sum[i] + first[i] }
    } else if mean != first {
      mean.update(from: first, count: slice.count)
    }
    for shard in 1..<max(step.shards, 1) {
      let part = gradients(of: shard) + slice.gradientOffset
      for i in 0..<slice.count { mean[i] += part[i] }
    }
    let factor = 1 / Float(step.images)
    for i in 0..<slice.count { mean[i] *= factor }
  }

  private func view(
    _ slice: Slice, of weights: SharedWeights, _ gradient: UnsafeMutablePointer<Float>
  ) -> ParameterSlice {
    ParameterSlice(
      weights: weights.parameters.floats + slice.offset, gradient: gradient,
      moments: weights.moments.floats + slice.gradientOffset, momentStride: table.gradientCount,
      count: slice.count, decays: slice.decays)
  }

  /// Sums and measures one slice, for an optimizer that updates it when its layer is known.
  func measure(
    slice index: Int, of weights: SharedWeights, _ step: StepUnderWay, _ optimizer: any LayerwiseOptimizer,
    step number: Int, recorder: WorkRecorder?
  ) {
    let slice = slices[index]
    let gradient = gradients(of: 0) + slice.gradientOffset
    mean(slice, step, into: gradient)
    recorder?.mark(.allReduce)
    sliceNorms[index] = optimizer.measure(view(slice, of: weights, gradient), step: number)
    recorder?.mark(.optimizer)
  }

  /// Adds up what was measured, for each parameter in the order of its slices.
  func addNorms() {
    norms.update(repeating: SquaredNorms(), count: table.parameters.count)
    for (index, slice) in slices.enumerated() { norms[slice.parameter] += sliceNorms[index] }
  }

  /// Updates one slice, which is summed first unless it was measured.
  /// - Parameter recorder: hears when the sum is done, and when the update is.
  /// - Returns: its parameter, if this was the last slice of it.
  func update(
    slice index: Int, as worker: Int, of weights: SharedWeights, _ step: StepUnderWay, _ rule: UpdateRule,
    recorder: WorkRecorder?
  ) -> Int? {
    let slice = slices[index]
    switch rule.method {
    case .slicewise(let optimizer):
      // In the worker's cache: nobody reads it later, so memory need not see it.
      let gradient = means.floats + worker * Self.longestSlice
      mean(slice, step, into: gradient)
      recorder?.mark(.allReduce)
      optimizer.update(
        view(slice, of: weights, gradient), learningRate: rule.learningRate * slice.rate, step: rule.step)
    case .layerwise(let optimizer):
      optimizer.update(
        view(slice, of: weights, gradients(of: 0) + slice.gradientOffset), norms: norms[slice.parameter],
        learningRate: rule.learningRate * slice.rate, step: rule.step)
    }
    sliceDigests[index] = BitsDigest.of(weights.parameters.floats + slice.offset, count: slice.count)
    recorder?.mark(.optimizer)
    let parameter = slice.parameter
    guard waiting[parameter].subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return nil }
    waiting[parameter].store(slicesOfParameter[parameter], ordering: .relaxed)
    return parameter
  }

  /// The digest of each tensor of the state: a parameter's from its slices in order, a running statistic's from its values.
  /// Padding is zero always, so it tells nothing.
  func digests(of weights: SharedWeights) -> [UInt32] {
    if digestedVersion != weights.version {
      for (index, slice) in slices.enumerated() {
        sliceDigests[index] = BitsDigest.of(weights.parameters.floats + slice.offset, count: slice.count)
      }
      digestedVersion = weights.version
    }
    if frozenDigests?.version != weights.frozenVersion {
      frozenDigests = (weights.frozenVersion, self.digests(ofFrozen: weights))
    }
    var parameters = frozenDigests?.values ?? []
    for (index, slice) in slices.enumerated() { parameters[slice.parameter].add(sliceDigests[index]) }
    return places.map { place in
      switch place {
      case .parameter(let index): return parameters[index].value
      case .statistic(let index):
        let entry = table.statistics[index]
        var digest = BitsDigest()
        digest.add(BitsDigest.of(weights.runningStatistics.floats + entry.offset, count: entry.paddedCount))
        return digest.value
      }
    }
  }
}

extension Reduction {
  /// The digest of each parameter that is frozen, in the same pieces as if it trained; an empty one for the others.
  private func digests(ofFrozen weights: SharedWeights) -> [BitsDigest] {
    table.parameters.map { entry in
      var digest = BitsDigest()
      for range in entry.isTrained ? [] : Self.ranges(of: entry) {
        digest.add(
          BitsDigest.of(weights.parameters.floats + entry.offset + range.lowerBound, count: range.count))
      }
      return digest
    }
  }
}

// MARK: - Batch-norm statistics

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
