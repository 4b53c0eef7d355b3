import Kernels
import Pixels
import Testing

@testable import Networks
@testable import Parallel

/// Every layer against PyTorch in double, by Convoy's kernels and by oneDNN's. For each tensor the largest
/// difference is a share of the largest expected magnitude: at most 1e-4 in fp32, and twenty roundings, each
/// 2^-9, in bf16: a value and its gradient pass through up to ten operations.
@Suite struct LayerTests {
  @Test(arguments: SmallNetwork.all, KernelSet.all)
  func agreesWithPyTorch(small: SmallNetwork, kernels: KernelSet) throws {
    let fixture = try LayerFixture(small)
    let replicas = try fixture.replicas(small, kernels)
    try expectPyTorchsStep(fixture, replicas)
    let tolerance = Self.tolerance(kernels.numbers)
    let inference = try replicas.scores(fixture.batch)
    #expect(relativeError(inference, try fixture["inference"].values) <= tolerance)
    let scores = try trainingScores(replicas, fixture.batch)
    #expect(relativeError(scores, try fixture["scores"].values) <= tolerance)
  }

  /// Three shards of unequal sizes whose batch norms are over all of them are PyTorch's whole mini-batch.
  @Test(arguments: SmallNetwork.withNorms, KernelSet.all)
  func synchronizedShardsAgreeWithPyTorch(small: SmallNetwork, kernels: KernelSet) throws {
    let fixture = try LayerFixture(small)
    try expectPyTorchsStep(fixture, fixture.replicas(small, kernels, synchronized: true))
  }

  private func expectPyTorchsStep(_ fixture: LayerFixture, _ replicas: DataParallel) throws {
    let tolerance = Self.tolerance(replicas.kernelSet.numbers)
    let result = try replicas.step(
      fixture.batch, epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: 0)
    #expect(relativeError([Float(result.loss)], try fixture["loss"].values) <= tolerance)
    try expectEqual(
      "gradient", try replicas.moments(), fixture.group("gradient"), prefix: "moment0.",
      tolerance)
    let statistics = try replicas.state().filter { $0.name.contains("running_") }
    try expectEqual("running statistic", statistics, fixture.group("after"), prefix: "", tolerance)
  }

  private static func tolerance(_ numbers: NumberType) -> Float {
    numbers == .fp32 ? 1e-4 : 20 * 0x1p-9
  }

  private func expectEqual(
    _ what: String, _ tensors: [Tensor], _ expected: [Tensor], prefix: String, _ tolerance: Float
  ) throws {
    #expect(tensors.map(\.name).sorted() == expected.map { prefix + $0.name })
    for tensor in expected {
      guard let ours = tensors.first(where: { $0.name == prefix + tensor.name }) else { continue }
      #expect(ours.shape == tensor.shape)
      let error = relativeError(ours.values, tensor.values)
      #expect(error <= tolerance, "\(what) \(tensor.name)")
    }
  }

  /// The scores with the mini-batch's own statistics, which a step does not show.
  private func trainingScores(_ replicas: DataParallel, _ batch: ImageBatch) throws -> [Float] {
    try replicas.group.runOnce(.preparing) {
      let run = replicas.replicas[0].run(PlanKey(batch: batch.count, purpose: .training))
      return Array(try run.scores(Shard(batch, from: 0)))
    }
  }
}
