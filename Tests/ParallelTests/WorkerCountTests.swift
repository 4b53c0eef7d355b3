import Networks
import Parallel
import Pixels
import Testing

/// The promise that any number of workers gives the same bits, in both precisions and by all kernels.
@Suite struct WorkerCountTests {
  private func train(workers: Int, shards: Int = 4, _ kernels: KernelSet) throws -> [Tensor] {
    let network = smallNetwork()
    let replicas = try DataParallel(
      network: network, batchSize: 10, shards: shards, workers: workers, kernels: kernels, seed: 7,
      momentCount: 1)
    for step in 0..<4 {
      let batch = ImageBatch.random(
        step == 3 ? 7 : 10, network.input, classes: 3, seed: UInt64(step))
      _ = try replicas.step(
        batch, epoch: step, optimizer: PlainSGD(), learningRate: 0.1, step: step)
    }
    return try replicas.state() + replicas.moments()
  }

  @Test(arguments: [2, 3, 4, 6], KernelSet.all) func sameBits(workers: Int, kernels: KernelSet) throws {
    #expect(try train(workers: workers, kernels) == train(workers: 1, kernels))
  }

  /// The same bits, norms of gradients and digests whatever a rule has, for one mini-batch a step or two.
  @Test(arguments: UpdateRule.samples.indices, KernelSet.all)
  func sameBitsByEveryRule(sample: Int, kernels: KernelSet) throws {
    func train(workers: Int) throws -> ([Tensor], [StepResult], [UInt32]) {
      var rule = UpdateRule.samples[sample]
      let network = UpdateRuleTests.network
      let replicas = try DataParallel(
        network: network, batchSize: 7, shards: 3, workers: workers, accumulation: 2, kernels: kernels,
        seed: 7, momentCount: rule.method.momentCount, measuresUnits: rule.measuresUnits)
      var results: [StepResult] = []
      for step in 0..<4 {
        rule.step = step
        for part in 0...step % 2 {
          let batch = ImageBatch.random(7, network.input, classes: 3, seed: UInt64(2 * step + part))
          try replicas.accumulate(batch, epoch: 0, step: step)
        }
        results.append(try replicas.update(rule))
      }
      let (state, digests) = (try replicas.state(), replicas.digests)
      // Digests are of the weights as they are.
      try replicas.load(state: state)
      #expect(replicas.digests == digests)
      return (try state + replicas.moments(), results, digests)
    }
    let one = try train(workers: 1)
    for workers in [2, 5] { #expect(try train(workers: workers) == one) }
  }

  @Test(arguments: KernelSet.all) func shardsAreAnInput(kernels: KernelSet) throws {
    #expect(try train(workers: 2, shards: 4, kernels) != train(workers: 2, shards: 2, kernels))
  }

  @Test(arguments: KernelSet.all) func trainingLearns(kernels: KernelSet) throws {
    let network = smallNetwork()
    let replicas = try DataParallel(
      network: network, batchSize: 12, shards: 3, workers: 2, kernels: kernels, seed: 1, momentCount: 1)
    let batch = ImageBatch.random(12, network.input, classes: 3, seed: 5)
    let first = try replicas.step(batch, epoch: 0, optimizer: PlainSGD(), learningRate: 0.1, step: 0)
    var last = first
    for step in 1..<30 {
      last = try replicas.step(
        batch, epoch: step, optimizer: PlainSGD(), learningRate: 0.1, step: step)
    }
    #expect(last.loss < first.loss / 4)
  }
}

/// Training, its evaluation and a model loaded later score alike, with the kernels of wide layers too.
@Suite struct ScoreTests {
  private let network = Network(input: .image(channels: 1, height: 12, width: 12)) {
    for _ in 0..<2 {
      Conv2D(32, kernel: 3, padding: .same)
      BatchNorm()
      ReLU()
    }
    GlobalAveragePool()
    Dense(4)
  }

  @Test(arguments: KernelSet.all) func aLoadedModelScoresAsTheTrainedOne(kernels: KernelSet) throws {
    let trained = try DataParallel(
      network: network, batchSize: 8, shards: 2, workers: 2, kernels: kernels, seed: 3, momentCount: 1)
    for step in 0..<3 {
      let batch = ImageBatch.random(8, network.input, classes: 4, seed: UInt64(step))
      _ = try trained.step(batch, epoch: 0, optimizer: PlainSGD(), learningRate: 0.05, step: step)
    }
    let images = ImageBatch.random(7, network.input, classes: 4, seed: 9)
    let loaded = try DataParallel(
      network: network, batchSize: 8, shards: 2, workers: 1, kernels: kernels, seed: 0, momentCount: nil)
    try loaded.load(state: trained.state())
    #expect(try loaded.scores(images) == trained.scores(images))
    #expect(try loaded.state() == trained.state())
  }
}
