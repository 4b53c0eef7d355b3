import Kernels
import Networks
import Synchronization

/// The all-reduce and the update alone, on gradients that no network computed: for measuring what they cost.
///
/// It is the code that a step runs, without the copies of weights that some kernels want.
///
/// Ownership: one caller at a time.
public final class ReductionTrial: @unchecked Sendable {
  /// Values of the one parameter.
  public let count: Int
  /// Gradients that are summed.
  public let shards: Int

  private let group: WorkerGroup
  private let weights: SharedWeights
  private let reduction: Reduction
  private let nextSlice = Atomic(0)
  private var rule: UpdateRule?
  private var steps = 0
  private lazy var phase: (Int) throws -> Void = { [unowned self] in update(as: $0) }

  /// Makes room for weights, moments and gradients, and touches all of it.
  /// - Parameters:
  ///   - count: values of the gradient at least; they are made a multiple of 16.
  ///   - shards: gradients that are summed, 1 or more.
  ///   - workers: threads, 1 or more.
  ///   - momentCount: values that the optimizer remembers for each weight.
  /// - Throws: `KernelError`, `ArenaError`.
  public init(count: Int, shards: Int, workers: Int, momentCount: Int) throws {
    let inputs = min(max(count, 16), 1024)
    let outputs = (max(count, 16) + inputs - 1) / inputs
    let network = Network(input: .image(channels: inputs, height: 1, width: 1)) {
      Flatten()
      Dense(outputs, bias: false)
    }
    let group = WorkerGroup(count: workers)
    let engine = try Engine()
    let table = try ParameterTable(network)
    // A plan gives the parameter its place; nobody runs it.
    _ = try group.runOnce(.preparing) {
      try Plan(
        network, batch: 1, purpose: .training, kernels: KernelSet(.fp32, .oneDNN), table: table,
        engine: engine)
    }
    self.count = table.parameterCount
    self.shards = shards
    self.group = group
    weights = try SharedWeights(table: table, momentCount: momentCount, engine: engine)
    reduction = try Reduction(table: table, shards: shards, workers: workers, accumulates: false)
    try group.runOnce(.preparing) { [reduction, weights, count = self.count] in
      for shard in 0..<shards { reduction.gradients(of: shard).update(repeating: 1e-3, count: count) }
      weights.parameters.floats.update(repeating: 1, count: count)
      weights.moments.floats.update(repeating: 0, count: count * momentCount)
    }
  }

  /// Bytes of weights, moments and gradients.
  public var byteCount: Int { weights.parameters.byteCount + weights.moments.byteCount + reduction.byteCount }

  /// Sums the shards' gradients and updates the weights.
  public func step(optimizer: any Optimizer, learningRate: Float) throws {
    rule = UpdateRule(.slicewise(optimizer), learningRate: learningRate, step: steps)
    nextSlice.store(0, ordering: .relaxed)
    try group.run(.update, phase)
    steps += 1
  }

  private func update(as worker: Int) {
    guard let rule else { return }
    let step = StepUnderWay(shards: shards, images: shards)
    while true {
      let slice = nextSlice.add(1, ordering: .relaxed).oldValue
      guard slice < reduction.sliceCount else { return }
      _ = reduction.update(slice: slice, as: worker, of: weights, step, rule, recorder: nil)
    }
  }
}
