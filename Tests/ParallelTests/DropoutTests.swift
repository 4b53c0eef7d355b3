import Networks
import Parallel
import Pixels
import Testing

/// Dropout as a layer of a network.
@Suite struct DropoutTests {
  private static let features = 200

  /// One image of ones; its features are the weights `1, 2, ...` where dropout keeps them.
  private func replicas(_ probability: Double) throws -> (DataParallel, ImageBatch) {
    let network = Network(input: .image(channels: 1, height: 1, width: 1)) {
      Conv2D(Self.features, kernel: 1)
      Dropout(probability)
      Flatten()
      Dense(2, bias: false)
    }
    let replicas = try DataParallel(
      network: network, batchSize: 1, shards: 1, workers: 1, seed: 9, momentCount: 1)
    let batch = ImageBatch(capacity: 1, channels: 1, height: 1, width: 1)
    batch.count = 1
    batch.images[0] = 1
    batch.samples[0] = 77
    let rows = (0..<2).flatMap { row in [Float](repeating: row == 0 ? 0.01 : -0.01, count: Self.features) }
    try replicas.load(state: [
      Tensor(
        name: "0.weight", shape: [Self.features, 1, 1, 1], values: (1...Self.features).map { Float($0) / 100 }
      ),
      Tensor(name: "3.weight", shape: [2, Self.features], values: rows),
    ])
    return (replicas, batch)
  }

  /// The gradients of the dense layer's weights (its input, so what went through forwards) and of the
  /// convolution's (what came through backwards) after a step.
  private func gradients(_ replicas: DataParallel, _ batch: ImageBatch, epoch: Int = 0) throws -> [[Float]] {
    _ = try replicas.step(batch, epoch: epoch, optimizer: GradientRecorder(), learningRate: 0, step: 0)
    let moments = try replicas.moments()
    return try ["moment0.3.weight", "moment0.0.weight"].map { name in
      Array(try #require(moments.first { $0.name == name }).values.prefix(Self.features))
    }
  }

  @Test(arguments: [0.2, 0.5]) func theMaskIsTheSameBothWays(probability: Double) throws {
    let (replicas, batch) = try replicas(probability)
    let passed = try gradients(replicas, batch).map { $0.map { $0 != 0 } }
    #expect(passed[0] == passed[1])
    // Within five standard deviations but once in two million seeds.
    let zeros = Double(passed[0].count { !$0 })
    let n = Double(Self.features)
    #expect(abs(zeros - n * probability) < 5 * (n * probability * (1 - probability)).squareRoot())
  }

  @Test func theEpochChangesTheMask() throws {
    let (replicas, batch) = try replicas(0.5)
    let first = try gradients(replicas, batch)
    #expect(try gradients(replicas, batch, epoch: 1) != first)
    #expect(try gradients(replicas, batch) == first)
  }

  @Test func inferenceIsUntouched() throws {
    let (replicas, batch) = try replicas(0.5)
    let (without, _) = try self.replicas(0)
    #expect(try replicas.scores(batch) == without.scores(batch))
  }
}
