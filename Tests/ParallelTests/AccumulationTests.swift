import Networks
import Pixels
import Testing

@testable import Parallel

/// The promise that mini-batches which a step takes in turn are worth one large mini-batch, bit for bit, where the
/// shards are the same; with dropout and batch norm, in both precisions and by all kernels.
@Suite struct AccumulationTests {
  private let network = smallNetwork()

  private func replicas(
    batch: Int, shards: Int, workers: Int = 2, accumulation: Int = 1, _ kernels: KernelSet
  ) throws -> DataParallel {
    try DataParallel(
      network: network, batchSize: batch, shards: shards, workers: workers, accumulation: accumulation,
      kernels: kernels, seed: 7, momentCount: 1)
  }

  /// Three steps of 24 images, in `batches` mini-batches each, with 12 shards in all.
  private func train(batches: Int, workers: Int = 2, _ kernels: KernelSet) throws -> Outcome {
    let size = 24 / batches
    let replicas = try replicas(
      batch: size, shards: 12 / batches, workers: workers, accumulation: batches, kernels)
    var outcome = Outcome()
    for step in 0..<3 {
      let whole = ImageBatch.random(24, network.input, classes: 3, seed: UInt64(step))
      for batch in 0..<batches {
        try replicas.accumulate(whole.part(batch * size..<(batch + 1) * size), epoch: step, step: step)
      }
      outcome.results.append(try replicas.update(optimizer: PlainSGD(), learningRate: 0.1, step: step))
      outcome.digests.append(replicas.digests)
    }
    outcome.tensors = try replicas.state() + replicas.moments()
    return outcome
  }

  private struct Outcome: Equatable {
    var results: [StepResult] = []
    var digests: [[UInt32]] = []
    var tensors: [Tensor] = []
  }

  @Test(arguments: [2, 3, 4, 12], KernelSet.all)
  func aSumIsALargeBatch(batches: Int, kernels: KernelSet) throws {
    #expect(try train(batches: batches, kernels) == train(batches: 1, kernels))
  }

  @Test(arguments: [1, 3, 5]) func workersChangeNothing(workers: Int) throws {
    let kernels = KernelSet(fastestFor: .fp32)
    #expect(try train(batches: 3, workers: workers, kernels) == train(batches: 3, kernels))
  }

  /// A last mini-batch that is smaller, as at an epoch's end, is cut into smaller shards: without batch norm the mean
  /// over the images is the same up to rounding.
  @Test func aSmallerLastBatchCountsByItsImages() throws {
    let network = Network(input: .image(channels: 3, height: 8, width: 8)) {
      Flatten()
      Dense(3)
    }
    let whole = ImageBatch.random(12, network.input, classes: 3, seed: 1)
    let states = try [[0..<12], [0..<8, 8..<12]].map { ranges in
      let replicas = try DataParallel(
        network: network, batchSize: ranges[0].count, shards: 2, workers: 2, accumulation: 2, seed: 7,
        momentCount: 1)
      for range in ranges { try replicas.accumulate(whole.part(range), epoch: 0, step: 0) }
      let result = try replicas.update(optimizer: PlainSGD(), learningRate: 0.1, step: 0)
      #expect(result.count == 12)
      return try replicas.state()
    }
    for (a, b) in zip(states[0], states[1]) {
      #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-6 }, "\(a.name)")
    }
  }

  @Test(arguments: [0, 1]) func aLossThatIsNoNumberForgetsTheStep(bad: Int) throws {
    let kernels = KernelSet(fastestFor: .fp32)
    let replicas = try replicas(batch: 4, shards: 2, accumulation: 2, kernels)
    let before = try replicas.state()
    let good = ImageBatch.random(4, network.input, classes: 3, seed: 1)
    let spoilt = ImageBatch.random(4, network.input, classes: 3, seed: 2)
    spoilt.images[5] = .infinity
    if bad == 1 { try replicas.accumulate(good, epoch: 0, step: 0) }
    #expect(throws: ParallelError.self) { try replicas.accumulate(spoilt, epoch: 0, step: 0) }
    #expect(try replicas.state() == before)

    let fresh = try self.replicas(batch: 4, shards: 2, accumulation: 2, kernels)
    for replicas in [replicas, fresh] {
      _ = try replicas.step(good, epoch: 0, optimizer: PlainSGD(), learningRate: 0.1, step: 0)
    }
    #expect(try replicas.state() == fresh.state())
  }

  @Test func onlySumsTakeMemory() throws {
    let kernels = KernelSet(fastestFor: .fp32)
    let one = try replicas(batch: 4, shards: 2, kernels).memory
    let two = try replicas(batch: 4, shards: 2, accumulation: 2, kernels).memory
    let many = try replicas(batch: 4, shards: 2, accumulation: 9, kernels).memory
    #expect(two.gradients > one.gradients)
    #expect(many == two)
  }

  @Test func refusesNoBatchAtAll() {
    #expect(throws: ParallelError.self) {
      try replicas(batch: 4, shards: 2, accumulation: 0, KernelSet(fastestFor: .fp32))
    }
  }
}
