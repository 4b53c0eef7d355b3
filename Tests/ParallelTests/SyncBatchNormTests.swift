import Networks
import Pixels
import Testing

@testable import Parallel

/// Batch norm over the whole mini-batch: the numbers are PyTorch's in ``LayerTests`` and ``TrajectoryTests``, the
/// slopes right in ``FiniteDifferenceTests``; here are its bits, its replicas and its profile.
@Suite struct SyncBatchNormTests {
  private func replicas(
    workers: Int, shards: Int = 5, synchronized: Bool = true, _ kernels: KernelSet = .init(.fp32, .convoy),
    network: Network = smallNetwork()
  ) throws -> DataParallel {
    try DataParallel(
      network: network, batchSize: 13, shards: shards, workers: workers, kernels: kernels,
      synchronizesBatchNorm: synchronized, seed: 7, momentCount: 1)
  }

  /// Three steps; the last mini-batch is a partial one with fewer images than shards.
  private func train(_ replicas: DataParallel) throws -> [Tensor] {
    for (step, count) in [13, 11, 4].enumerated() {
      let batch = ImageBatch.random(count, smallNetwork().input, classes: 3, seed: UInt64(step))
      _ = try replicas.step(batch, epoch: step, optimizer: PlainSGD(), learningRate: 0.1, step: step)
    }
    return try replicas.state() + replicas.moments()
  }

  @Test(arguments: KernelSet.all) func anyNumberOfWorkersGivesTheSameBits(kernels: KernelSet) throws {
    let one = try train(replicas(workers: 1, kernels))
    for workers in [2, 3, 5, 7] {
      #expect(try train(replicas(workers: workers, kernels)) == one, "\(workers) workers")
    }
    #expect(try train(replicas(workers: 2, synchronized: false, kernels)) != one)
  }

  /// Images that are all alike within a shard: only the mini-batch's variance is not 0.
  @Test func statisticsAreOfAllImages() throws {
    let network = Network(input: .image(channels: 1, height: 1, width: 1)) {
      BatchNorm(momentum: 1)
      Flatten()
      Dense(2)
    }
    let replicas = try DataParallel(
      network: network, batchSize: 5, shards: 2, workers: 2, synchronizesBatchNorm: true, seed: 0,
      momentCount: 1)
    let batch = ImageBatch.random(5, network.input, classes: 2, seed: 1)
    // The second shard has one image more.
    for (image, value) in [1000, 1000, 1005, 1005, 1005].enumerated() { batch.images[image] = Float(value) }
    _ = try replicas.step(batch, epoch: 0, optimizer: PlainSGD(), learningRate: 0, step: 0)
    let state = try replicas.state()
    #expect(state.first { $0.name == "0.running_mean" }?.values == [1003])
    // Squares of 3, 3, 2, 2 and 2 over 4.
    #expect(state.first { $0.name == "0.running_var" }?.values == [7.5])
  }

  /// Batches of a step that accumulates have statistics of their own, as batches of a single shard have.
  @Test func accumulationSeesOneBatchAtATime() throws {
    let network = smallNetwork()
    let tensors = try [(1, false), (3, true)].map { shards, synchronized in
      let replicas = try DataParallel(
        network: network, batchSize: 8, shards: shards, workers: 2, accumulation: 2,
        synchronizesBatchNorm: synchronized, seed: 7, momentCount: 1)
      for seed in [1, 2] as [UInt64] {
        try replicas.accumulate(
          ImageBatch.random(8, network.input, classes: 3, seed: seed), epoch: 0, step: 0)
      }
      _ = try replicas.update(optimizer: GradientRecorder(), learningRate: 0, step: 0)
      return try replicas.moments() + replicas.state().filter { $0.name.contains("running_") }
    }
    for (single, synchronized) in zip(tensors[0], tensors[1]) {
      #expect(relativeError(synchronized.values, single.values) < 1e-4, "\(single.name)")
    }
  }

  @Test(arguments: KernelSet.all) func inferenceTakesRunningStatistics(kernels: KernelSet) throws {
    let trained = try replicas(workers: 2, kernels)
    _ = try train(trained)
    let plain = try replicas(workers: 1, synchronized: false, kernels)
    try plain.load(state: trained.state())
    let images = ImageBatch.random(12, smallNetwork().input, classes: 3, seed: 9)
    #expect(try trained.scores(images) == plain.scores(images))
  }

  @Test func everyShardHasActivationsOfItsOwn() throws {
    let (plain, synchronized) = (
      try replicas(workers: 2, synchronized: false), try replicas(workers: 2, synchronized: true)
    )
    #expect(synchronized.memory.activations > 2 * plain.memory.activations)
    // Without a batch norm there is nothing to meet for.
    let normless = Network(input: .image(channels: 3, height: 8, width: 8)) {
      Flatten()
      Dense(3)
    }
    #expect(try replicas(workers: 2, network: normless).replicas.count == 2)
  }

  @Test func profileHasBothHalvesOfANorm() throws {
    let replicas = try replicas(workers: 2)
    replicas.startProfile()
    _ = try train(replicas)
    let profile = try #require(replicas.takeProfile())
    let passes = profile.rows.filter { $0.layer == "1" }.map { [$0.operation, $0.pass.rawValue] }
    #expect(
      passes == [
        ["batch-norm statistics", "forward"], ["batch-norm statistics", "backward"],
        ["batch-norm + relu", "forward"], ["batch-norm + relu", "backward"],
      ])
    #expect(profile.rows.filter { $0.layer == "loss" }.count == 1)
    #expect(profile.seconds <= profile.phases.shards * Double(profile.workers))
  }
}
