import Foundation
import Networks
import Pixels
import Testing

@testable import Parallel

/// What is told of a step that diverges.
@Suite struct DivergenceTests {
  private static let network = Network(input: .image(channels: 3, height: 8, width: 8)) {
    Flatten()
    Dense(16)
    ReLU()
    Dense(3)
  }

  private func replicas(workers: Int = 2) throws -> DataParallel {
    try DataParallel(
      network: Self.network, batchSize: 8, shards: 4, workers: workers, seed: 5, momentCount: 1)
  }

  private func source(_ replicas: DataParallel, _ step: Int) throws -> DivergenceSource? {
    let batch = ImageBatch.random(8, Self.network.input, classes: 3, seed: UInt64(step))
    do {
      try replicas.accumulate(batch, epoch: 0, step: step)
      Issue.record("the step does not diverge")
      return nil
    } catch ParallelError.nonFiniteLoss(let loss, let source) {
      #expect(!loss.isFinite)
      return source
    }
  }

  /// Multiplies the parameters whose names fit.
  private func scale(_ replicas: DataParallel, by factor: Float, _ fits: (String) -> Bool) throws {
    try replicas.load(
      state: replicas.state().map { tensor in
        guard fits(tensor.name) else { return tensor }
        return Tensor(name: tensor.name, shape: tensor.shape, values: tensor.values.map { $0 * factor })
      })
  }

  private func names() throws -> [String] { try Self.network.parameters().map(\.name) }

  @Test func beforeAnyStepTheLargestWeightsAreTold() throws {
    let replicas = try replicas()
    let name = try names()[2]
    try scale(replicas, by: .infinity) { $0 == name }
    let source = try #require(try source(replicas, 0))
    #expect(source.parameter == name && source.measure == .weights)
    #expect(name == source.layer + ".weight")
  }

  @Test(arguments: [1, 3]) func afterAStepItsLargestGradientIsTold(workers: Int) throws {
    let replicas = try replicas(workers: workers)
    // The gradients of the first layer are the last layer's weights times as large.
    let (first, last) = (try names()[0], try names()[2])
    try scale(replicas, by: 100) { $0 == last }
    let batch = ImageBatch.random(8, Self.network.input, classes: 3, seed: 7)
    _ = try replicas.step(batch, epoch: 0, optimizer: PlainSGD(), learningRate: 1e-3, step: 0)
    let largest = try #require(replicas.largestGradient)
    #expect(largest.parameter == first && largest.measure == .gradient && (largest.norm ?? 0) > 1)
    try scale(replicas, by: 1e38) { _ in true }
    #expect(
      try source(replicas, 1)
        == DivergenceSource(parameter: first, measure: .gradientBefore, norm: largest.norm))
  }
}
