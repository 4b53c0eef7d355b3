import Pixels
import Testing

@testable import Networks
@testable import Parallel

/// Every layer against PyTorch in double. For each tensor the largest difference is at most 1e-4 of the
/// largest expected magnitude.
@Suite struct LayerTests {
  private static let tolerance: Float = 1e-4

  @Test(arguments: SmallNetwork.all) func agreesWithPyTorch(small: SmallNetwork) throws {
    let fixture = try LayerFixture(small)
    let replicas = try fixture.replicas(small)
    let result = try replicas.step(
      fixture.batch, epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: 0)
    #expect(relativeError([Float(result.loss)], try fixture["loss"].values) <= Self.tolerance)
    try expectEqual("gradient", try replicas.moments(), fixture.group("gradient"), prefix: "moment0.")
    let statistics = try replicas.state().filter { $0.name.contains("running_") }
    try expectEqual("running statistic", statistics, fixture.group("after"), prefix: "")
    let inference = try replicas.scores(fixture.batch)
    #expect(relativeError(inference, try fixture["inference"].values) <= Self.tolerance)
    let scores = try trainingScores(replicas, fixture.batch)
    #expect(relativeError(scores, try fixture["scores"].values) <= Self.tolerance)
  }

  private func expectEqual(
    _ what: String, _ tensors: [Tensor], _ expected: [Tensor], prefix: String
  ) throws {
    #expect(tensors.map(\.name).sorted() == expected.map { prefix + $0.name })
    for tensor in expected {
      guard let ours = tensors.first(where: { $0.name == prefix + tensor.name }) else { continue }
      #expect(ours.shape == tensor.shape)
      let error = relativeError(ours.values, tensor.values)
      #expect(error <= Self.tolerance, "\(what) \(tensor.name)")
    }
  }

  /// The scores with the mini-batch's own statistics, which a step does not show.
  private func trainingScores(_ replicas: DataParallel, _ batch: ImageBatch) throws -> [Float] {
    try replicas.group.runOnce {
      let run = replicas.replicas[0].run(PlanKey(batch: batch.count, purpose: .training))
      let images = try #require(batch.images.baseAddress)
      let labels = try #require(batch.labels.baseAddress)
      let samples = try #require(batch.samples.baseAddress)
      return Array(try run.scores(Shard(images: images, labels: labels, samples: samples)))
    }
  }
}
