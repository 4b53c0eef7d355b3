import Kernels
import Networks
import Synchronization

/// The reduce-scatter: workers take slices one after another, sum the shards' gradients of a slice, in shard
/// order, and update its weights at once. Nothing is gathered, since the replicas share the weights.
///
/// What must know the whole gradient, or a whole layer, before weights change takes a pass over the slices of its own.
///
/// Ownership: `gradients` and `results` are written shard by shard while shards are computed, each shard by one worker, and
/// read slice by slice after that. What is kept for each slice is written by the worker that has the slice, and for each
/// parameter by the one that finishes its last slice; the caller reads them between phases.
final class Reduction: @unchecked Sendable {
  struct Slice {
    let parameter: Int
    /// The first value's place among the weights, and among gradients and moments.
    let offset, gradientOffset: Int
    let count: Int
    let isWeight: Bool
    /// Times the step's weight decay and penalties.
    let decay: Float
    /// Times the step's learning rate.
    let rate: Float
    /// Steps of the run before its parameter began to train.
    let firstStep: Int
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
  let gradientSum: Arena?
  private let statistics: Arena
  /// The sum over the shards of a step so far, each times its images.
  let statisticSum: Arena
  let table: ParameterTable
  let places: [ParameterTable.Place]
  let slices: [Slice]
  /// How many slices of each parameter wait for the phase at hand.
  let waiting: UnsafeMutablePointer<Atomic<Int>>
  /// The slices of each parameter; none of what is frozen.
  let slicesOfParameter: [Range<Int>]
  /// What each parameter has of its own.
  let settings: [ParameterSetting]
  /// Which values belong to which output unit; nil unless something bounds the norms of units.
  let units: OutputUnits?
  /// Squares of the mean gradient, and the penalty, of each slice.
  let gradientSquares, penalties: UnsafeMutablePointer<Double>
  /// What the step's gradient is multiplied by, so that its norm is within its limit.
  var clippingFactor: Float = 1
  /// Of each slice and of each parameter, for optimizers that need them.
  let sliceNorms, norms: UnsafeMutablePointer<SquaredNorms>
  /// Of frozen parameters, as they were since a version.
  var frozenDigests: (version: Int, values: [BitsDigest])?
  /// Of each slice's weights after the last update.
  let sliceDigests: UnsafeMutablePointer<UInt64>

  /// Makes room for the gradients and statistics of `shards` shards, and for a sum where a step `accumulates`.
  /// - Parameters:
  ///   - settings: what parameters have of their own, by name.
  ///   - units: see ``units``.
  init(
    table: ParameterTable, shards: Int, workers: Int, accumulates: Bool,
    settings: [String: ParameterSetting] = [:], units: OutputUnits? = nil
  ) throws {
    self.table = table
    self.units = units
    places = table.places
    results = .allocate(capacity: shards)
    results.initialize(repeating: .init(), count: shards)
    let size = MemoryLayout<Float>.stride
    gradients = try Arena(byteCount: shards * table.gradientCount * size)
    means = try Arena(byteCount: workers * Self.longestSlice * size)
    gradientSum = accumulates ? try Arena(byteCount: table.gradientCount * size) : nil
    statistics = try Arena(byteCount: shards * table.statisticCount * size)
    statisticSum = try Arena(byteCount: table.statisticCount * size)
    var slices: [Slice] = []
    var slicesOfParameter: [Range<Int>] = []
    self.settings = table.parameters.map { settings[$0.specification.name] ?? ParameterSetting() }
    for (parameter, entry) in table.parameters.enumerated() {
      let first = slices.count
      if entry.isTrained {
        slices += Self.slices(of: parameter, entry, table, self.settings[parameter])
      }
      slicesOfParameter.append(first..<slices.count)
    }
    self.slices = slices
    self.slicesOfParameter = slicesOfParameter
    waiting = .allocate(capacity: slicesOfParameter.count)
    for (parameter, slices) in slicesOfParameter.enumerated() {
      (waiting + parameter).initialize(to: Atomic(slices.count))
    }
    gradientSquares = .allocate(capacity: slices.count)
    gradientSquares.initialize(repeating: 0, count: slices.count)
    penalties = .allocate(capacity: slices.count)
    penalties.initialize(repeating: 0, count: slices.count)
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
    gradientSquares.deallocate()
    penalties.deallocate()
    sliceNorms.deallocate()
    norms.deallocate()
    sliceDigests.deallocate()
  }

  private static func slices(
    of parameter: Int, _ entry: ParameterTable.Entry, _ table: ParameterTable, _ setting: ParameterSetting
  ) -> [Slice] {
    let isWeight = entry.specification.role == .weight
    return ranges(of: entry).map { range in
      Slice(
        parameter: parameter, offset: entry.offset + range.lowerBound,
        gradientOffset: table.gradientOffset(of: parameter) + range.lowerBound, count: range.count,
        isWeight: isWeight, decay: setting.decay ?? (isWeight ? 1 : 0), rate: setting.rate,
        firstStep: setting.firstStep)
    }
  }

  /// The pieces of a parameter, from its first value on.
  static func ranges(of entry: ParameterTable.Entry) -> [Range<Int>] {
    stride(from: 0, to: entry.paddedCount, by: longestSlice).map {
      $0..<min($0 + longestSlice, entry.paddedCount)
    }
  }

  /// Pieces of an update.
  var sliceCount: Int { slices.count }

  /// Bytes of all shards' gradients and statistics, of their sums, and of what is known of units.
  var byteCount: Int {
    gradients.byteCount + means.byteCount + (gradientSum?.byteCount ?? 0) + statistics.byteCount
      + statisticSum.byteCount + (units?.byteCount ?? 0)
  }

  /// Where a shard's gradients go.
  func gradients(of shard: Int) -> UnsafeMutablePointer<Float> {
    gradients.floats + shard * table.gradientCount
  }

  /// Where a worker's mean gradient of one slice goes: in its cache, since nobody reads it later.
  func mean(of worker: Int) -> UnsafeMutablePointer<Float> {
    means.floats + worker * Self.longestSlice
  }

  /// Where a shard's batch-norm statistics go.
  func statistics(of shard: Int) -> UnsafeMutablePointer<Float> {
    statistics.floats + shard * table.statisticCount
  }

  /// Counts a slice as done in the phase at hand.
  /// - Returns: whether it was the last one of its parameter; the next phase then counts anew.
  func isLast(_ slice: Slice) -> Bool {
    let parameter = slice.parameter
    guard waiting[parameter].subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return false }
    waiting[parameter].store(slicesOfParameter[parameter].count, ordering: .relaxed)
    return true
  }
}
