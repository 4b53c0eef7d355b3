import Interchange
import Networks
import Pixels
import TestSupport
import Testing

@testable import Parallel

/// Running statistics taken anew, against PyTorch's `update_bn` and across workers.
@Suite struct StatisticsEstimateTests {
  private static let network = Network(input: .image(channels: 3, height: 6, width: 6)) {
    Conv2D(4, kernel: 3, padding: .same, bias: false)
    BatchNorm()
    ReLU()
    Conv2D(5, kernel: 3, padding: .same, bias: false)
    BatchNorm()
    ReLU()
    GlobalAveragePool()
    Dense(3)
  }
  private let tensors: [Tensor]

  init() throws { tensors = try Safetensors.read(Fixtures.path("statistics.safetensors")).tensors }

  /// With the fixture's weights.
  private func replicas(
    kernels: KernelSet = KernelSet(.fp32, .convoy), shards: Int = 1, workers: Int = 1,
    synchronized: Bool = false
  ) throws -> DataParallel {
    let replicas = try DataParallel(
      network: Self.network, batchSize: 6, shards: shards, workers: workers, kernels: kernels,
      synchronizesBatchNorm: synchronized, seed: 1, momentCount: 1)
    try replicas.load(
      state: try replicas.state().map { own in
        let values = try #require(tensors.first { $0.name == Self.torchName(own.name) }).values
        return Tensor(name: own.name, shape: own.shape, values: values)
      })
    return replicas
  }

  /// PyTorch's `Sequential` has a pooling and a flattening before the last layer.
  private static func torchName(_ name: String) -> String { name.replacing(/^7\./, with: "8.") }

  private func batches() throws -> [ImageBatch] {
    let images = try #require(tensors.first { $0.name == "images" }).values
    return (0..<4).map { number in
      let batch = ImageBatch(capacity: 6, channels: 3, height: 6, width: 6)
      batch.count = 6
      for i in batch.images.indices { batch.images[i] = images[number * 648 + i] }
      return batch
    }
  }

  /// - Returns: the running statistics.
  private func estimate(_ replicas: DataParallel) throws -> [Tensor] {
    var estimate = replicas.beginStatistics()
    for (step, batch) in try batches().enumerated() {
      try replicas.add(batch, to: &estimate, epoch: 0, step: step)
    }
    #expect(estimate.images == 24)
    let before = try replicas.state()
    try replicas.take(estimate)
    let after = try replicas.state()
    let isStatistic = { (tensor: Tensor) in tensor.name.contains("running") }
    #expect(after.filter { !isStatistic($0) } == before.filter { !isStatistic($0) })
    return after.filter(isStatistic)
  }

  @Test(arguments: [KernelSet(.fp32, .convoy), KernelSet(.fp32, .oneDNN)], [false, true])
  func isWhatUpdateBNTakes(kernels: KernelSet, synchronized: Bool) throws {
    let replicas = try replicas(
      kernels: kernels, shards: synchronized ? 3 : 1, workers: synchronized ? 2 : 1,
      synchronized: synchronized)
    for tensor in try estimate(replicas) {
      let expected = try #require(tensors.first { $0.name == "expected." + tensor.name })
      #expect(relativeError(tensor.values, expected.values) < 1e-5, "\(tensor.name)")
    }
  }

  @Test(arguments: [false, true])
  func isTheSameForAnyNumberOfWorkers(synchronized: Bool) throws {
    let all = try [1, 2, 3, 5].map { workers in
      try estimate(try replicas(shards: 3, workers: workers, synchronized: synchronized))
    }
    for statistics in all { #expect(statistics == all[0]) }
  }
}
