import Kernels
import Networks

/// The exponential moving average of the weights that train and of all running statistics, which follows them step by
/// step: `average += (1 - decay) * (weights - average)`. The first step makes it what the weights are then.
///
/// As PyTorch's `AveragedModel` with `get_ema_multi_avg_fn` and `use_buffers=True`: no bias to correct, and no warm-up
/// of the decay.
///
/// Ownership: as `SharedWeights`.
final class WeightAverage: @unchecked Sendable {
  /// What the average keeps of itself a step, 0..<1.
  let decay: Float
  /// Whether it has followed a step.
  var hasBegun = false
  private let table: ParameterTable
  /// In the places of the gradients.
  private let values: Arena
  private let statistics: Arena

  init(table: ParameterTable, decay: Float) throws {
    self.table = table
    self.decay = decay
    values = try Arena(byteCount: table.gradientCount * MemoryLayout<Float>.stride)
    statistics = try Arena(byteCount: table.statisticCount * MemoryLayout<Float>.stride)
  }

  var byteCount: Int { values.byteCount + statistics.byteCount }

  /// Follows a slice of weights.
  /// - Parameter place: of the slice among the gradients.
  func follow(_ weights: UnsafePointer<Float>, at place: Int, count: Int) {
    follow(weights, with: values.floats + place, count: count)
  }

  /// Follows the running statistics, and ends the step.
  func follow(statistics running: UnsafePointer<Float>) {
    follow(running, with: statistics.floats, count: table.statisticCount)
    hasBegun = true
  }

  private func follow(_ source: UnsafePointer<Float>, with average: UnsafeMutablePointer<Float>, count: Int) {
    if !hasBegun {
      average.update(from: source, count: count)
      return
    }
    let share = 1 - decay
    for i in 0..<count { average[i] += share * (source[i] - average[i]) }
  }

  /// Exchanges it with the weights: twice is as nothing, bit for bit.
  func exchange(with weights: SharedWeights) {
    for (index, entry) in table.parameters.enumerated() where entry.isTrained {
      Self.exchange(
        weights.parameters.floats + entry.offset, values.floats + table.gradientOffset(of: index),
        count: entry.paddedCount)
    }
    Self.exchange(weights.runningStatistics.floats, statistics.floats, count: table.statisticCount)
    weights.version += 1
  }

  private static func exchange(
    _ first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>, count: Int
  ) {
    for i in 0..<count { (first[i], second[i]) = (second[i], first[i]) }
  }
}

extension DataParallel {
  /// Lets the network have the average of its weights in place of them while `body` runs. Frozen weights are their own
  /// average.
  /// - Returns: nil, without a call, where no step has been averaged.
  public func withAverage<Result>(_ body: () throws -> Result) throws -> Result? {
    guard let average = weights.average, average.hasBegun else { return nil }
    try group.runOnce(.state) { [self] in average.exchange(with: weights) }
    let result = Swift.Result { try body() }
    try group.runOnce(.state) { [self] in average.exchange(with: weights) }
    return try result.get()
  }

  /// Takes over an average: parameters and running statistics, named as those of ``state()``.
  /// - Throws: `NetworkError` naming the tensor that does not fit.
  public func load(average state: [Tensor]) throws {
    guard let average = weights.average else { preconditionFailure("made without an average") }
    try group.runOnce(.state) { [self] in
      let own = try weights.state()
      try weights.load(state)
      average.exchange(with: weights)
      average.hasBegun = true
      try weights.load(own)
    }
  }
}
