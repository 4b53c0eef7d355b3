import Foundation
import Networks
import Parallel
import TestSupport
import Testing

/// The losses of ten training steps against PyTorch's in double, from the same weights and mini-batches.
@Suite struct TrajectoryTests {
  /// A training run in `Fixtures/trajectories.json`.
  private struct Trajectory: Decodable {
    let input: [Int]
    let images, classes: Int
    let learningRate: Float
    let losses: [Double]
  }

  @Test(arguments: ["vgg6", "resnet18"], [KernelSet(.fp32, .convoy), KernelSet(.fp32, .oneDNN)])
  func lossesAgreeWithPyTorch(model: String, kernels: KernelSet) throws {
    try expectPyTorchsLosses(model: model, kernels: kernels, shards: 1)
  }

  /// Shards whose batch norms are over the whole mini-batch.
  @Test(arguments: ["vgg6", "resnet18"])
  func lossesOfSynchronizedShardsAgreeWithPyTorch(model: String) throws {
    try expectPyTorchsLosses(model: model, kernels: KernelSet(.fp32, .convoy), shards: 4)
  }

  private func expectPyTorchsLosses(model: String, kernels: KernelSet, shards: Int) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("trajectories.json")))
    let expected = try #require(JSONDecoder().decode([String: Trajectory].self, from: data)[model])
    let input = InputShape.image(
      channels: expected.input[0], height: expected.input[1], width: expected.input[2])
    let network = try ModelZoo.network(named: model, input: input, classes: expected.classes)
      .withoutDropout()
    let replicas = try DataParallel(
      network: network, batchSize: expected.images, shards: shards, workers: 1, kernels: kernels,
      synchronizesBatchNorm: shards > 1, seed: 0, momentCount: 1)
    try replicas.load(state: network.parameters().map(Formula.weights))
    for (step, expectedLoss) in expected.losses.enumerated() {
      let batch = Formula.batch(step: step, expected.images, input, classes: expected.classes)
      let loss = try replicas.step(
        batch, epoch: 0, optimizer: PlainSGD(), learningRate: expected.learningRate, step: step
      ).loss
      print(model, shards, kernels.library, step, abs(loss - expectedLoss) / expectedLoss)
      #expect(abs(loss - expectedLoss) <= 1e-3 * expectedLoss, "step \(step)")
    }
  }
}

extension Network {
  /// The same network with every dropout's probability 0, so that nothing is drawn.
  fileprivate func withoutDropout() -> Network {
    var network = self
    for index in layers.indices where layers[index].layer is Dropout {
      network.layers[index].layer = Dropout(0)
    }
    return network
  }
}
