import Foundation
import Networks
import Pixels
import Testing

@testable import Parallel

/// The moving average of the weights and running statistics, against one that is computed tensor by tensor from the
/// states after every step. `Training`'s fixture `averages.csv` has PyTorch's numbers of the same formula.
@Suite struct WeightAverageTests {
  private static let decay: Float = 0.7
  private static let network = smallNetwork()
  private static let batches = (0..<6).map {
    ImageBatch.random(12, network.input, classes: 3, seed: UInt64($0))
  }

  private func replicas(
    workers: Int = 2, kernels: KernelSet = KernelSet(.fp32, .convoy), frozen: FrozenLayers = FrozenLayers(),
    measuresUnits: Bool = false
  ) throws -> DataParallel {
    try DataParallel(
      network: Self.network, batchSize: 12, shards: 3, workers: workers, kernels: kernels, frozen: frozen,
      seed: 3, momentCount: 1, averageDecay: Self.decay, measuresUnits: measuresUnits)
  }

  /// - Returns: the average as it is kept, and as it should be.
  private func train(
    _ replicas: DataParallel, steps: Range<Int> = 0..<6, maxNorm: Float? = nil, from known: [Tensor] = []
  ) throws -> (kept: [Tensor], naive: [Tensor]) {
    var naive = known
    for step in steps {
      try replicas.accumulate(Self.batches[step], epoch: 0, step: step)
      var rule = UpdateRule(.slicewise(PlainSGD()), learningRate: 0.1, step: step)
      rule.maxNorm = maxNorm
      _ = try replicas.update(rule)
      let state = try replicas.state()
      if naive.isEmpty {
        naive = state
        continue
      }
      for (index, tensor) in state.enumerated() {
        for (place, value) in tensor.values.enumerated() {
          naive[index].values[place] += (1 - Self.decay) * (value - naive[index].values[place])
        }
      }
    }
    return (try #require(try replicas.withAverage { try replicas.state() }), naive)
  }

  @Test(arguments: KernelSet.all)
  func followsTheWeightsAndTheStatistics(kernels: KernelSet) throws {
    let (kept, naive) = try train(try replicas(kernels: kernels))
    #expect(kept == naive)
  }

  @Test func isTheSameForAnyNumberOfWorkers() throws {
    let averages = try [1, 2, 3, 4].map { try train(try replicas(workers: $0)).kept }
    for average in averages { #expect(average == averages[0]) }
  }

  @Test func frozenWeightsAreTheirOwnAverage() throws {
    let frozen = FrozenLayers(patterns: ["0", "1", "3.*"])
    let replicas = try replicas(frozen: frozen)
    let (kept, naive) = try train(replicas)
    #expect(relativeError(kept.flatMap(\.values), naive.flatMap(\.values)) < 1e-6)
    let names = try frozen.tensors(of: Self.network)
    let own = try replicas.state()
    #expect(
      !names.isEmpty && kept.filter { names.contains($0.name) } == own.filter { names.contains($0.name) })
  }

  /// What the bound of a unit's norm leaves is what is averaged.
  @Test func followsWhatTheBoundOfTheNormsLeaves() throws {
    let (kept, naive) = try train(try replicas(measuresUnits: true), maxNorm: 0.5)
    #expect(kept == naive)
  }

  @Test func scoresAreThoseOfTheAverageAndTheWeightsComeBack() throws {
    let trained = try replicas()
    #expect(try trained.withAverage { try trained.state() } == nil, "no step has been averaged")
    let average = try train(trained).kept
    let (state, digests) = (try trained.state(), trained.digests)
    let own = try trained.scores(Self.batches[0])
    let scores = try #require(try trained.withAverage { try trained.scores(Self.batches[0]) })
    let other = try replicas()
    try other.load(state: average)
    #expect(try scores == other.scores(Self.batches[0]) && scores != own)
    #expect(try trained.state() == state && trained.digests == digests)
    #expect(try trained.scores(Self.batches[0]) == own)
  }

  @Test func goesOnFromWhatWasSaved() throws {
    let whole = try train(try replicas()).kept
    let first = try replicas()
    let saved = try train(first, steps: 0..<3).kept
    let second = try replicas(workers: 1)
    try second.load(state: first.state())
    try second.load(moments: first.moments())
    try second.load(average: saved)
    #expect(try second.state() == first.state())
    #expect(try train(second, steps: 3..<6, from: saved).kept == whole)
  }

  @Test func memoryCountsIt() throws {
    let without = try DataParallel(
      network: Self.network, batchSize: 12, shards: 3, workers: 2, seed: 3, momentCount: 1)
    let with = try replicas().memory
    #expect(without.memory.averages == 0)
    #expect(with.averages == with.moments + without.weights.runningStatistics.byteCount)
    #expect(with.total == without.memory.total + with.averages)
  }
}
