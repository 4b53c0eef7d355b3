import Networks
import Pixels
import Testing

@testable import Parallel

/// What every layer that draws promises: the same bits for any number of workers, however a step's images are cut
/// into mini-batches, and after a step is done again.
@Suite struct NoiseTests {
  private func train(
    _ network: Network, workers: Int, batches: Int = 1, _ kernels: KernelSet
  ) throws -> [Tensor] {
    let size = 12 / batches
    let replicas = try DataParallel(
      network: network, batchSize: size, shards: 6 / batches, workers: workers, accumulation: batches,
      kernels: kernels, seed: 7, momentCount: 1)
    for step in 0..<3 {
      let whole = ImageBatch.random(12, network.input, classes: 3, seed: UInt64(step))
      for batch in 0..<batches {
        try replicas.accumulate(
          whole.part(batch * size..<(batch + 1) * size), epoch: step / 2, step: step)
      }
      _ = try replicas.update(optimizer: PlainSGD(), learningRate: 0.1, step: step)
    }
    return try replicas.state() + replicas.moments()
  }

  @Test(arguments: NoiseNetwork.all, KernelSet.all)
  func sameBits(noise: NoiseNetwork, kernels: KernelSet) throws {
    let expected = try train(noise.network, workers: 1, kernels)
    #expect(try train(noise.network, workers: 4, kernels) == expected)
    #expect(try train(noise.network, workers: 2, batches: 3, kernels) == expected)
  }

  /// Epochs and steps draw anew, and nothing is left of the step before.
  @Test(arguments: NoiseNetwork.all, KernelSet.all)
  func aStepDrawsByItsNumberAlone(noise: NoiseNetwork, kernels: KernelSet) throws {
    let batch = ImageBatch.random(12, noise.network.input, classes: 3, seed: 1)
    let replicas = try DataParallel(
      network: noise.network, batchSize: 12, shards: 2, workers: 2, kernels: kernels, seed: 7,
      momentCount: 1)
    let gradients = try [0, 1, 2, 3, 0].map { step in
      _ = try replicas.step(batch, epoch: step, optimizer: GradientRecorder(), learningRate: 0, step: step)
      return try replicas.moments()
    }
    #expect(gradients[0] == gradients[4])
    #expect(!gradients[1...3].contains(gradients[0]))
  }
}
