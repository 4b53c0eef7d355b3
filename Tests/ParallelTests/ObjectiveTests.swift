import Kernels
import Networks
import Pixels
import Testing

@testable import Parallel

/// Losses other than plain cross-entropy, over shards, workers and mini-batches.
@Suite struct ObjectiveTests {
  private static let weights: [Float] = [0.5, 3, 1.25]

  private func objective(
    smoothing: Double = 0.1, gamma: Double = 0, weighted: Bool = true, mixed: Bool = false
  ) -> ClassificationLoss {
    var loss = ClassificationLoss()
    loss.labelSmoothing = smoothing
    loss.focalGamma = gamma
    loss.classWeights = weighted ? Self.weights : []
    loss.hasSharedLabels = mixed
    return loss
  }

  private func batch(_ count: Int, mixed: Bool = false) -> ImageBatch {
    let batch = ImageBatch.random(count, smallNetwork().input, classes: 3, seed: 4)
    batch.isMixed = mixed
    for image in 0..<count {
      batch.partners[image] = batch.labels[count - 1 - image]
      batch.shares[image] = 0.7
    }
    return batch
  }

  private func replicas(
    _ objective: ClassificationLoss, of network: Network = smallNetwork(), batch: Int = 12, shards: Int = 1,
    workers: Int = 1, accumulation: Int = 1, synchronized: Bool = false
  ) throws -> DataParallel {
    let replicas = try DataParallel(
      network: network, batchSize: batch, shards: shards, workers: workers,
      accumulation: accumulation, kernels: KernelSet(.fp32, .convoy), synchronizesBatchNorm: synchronized,
      seed: 7, momentCount: 1)
    replicas.objective = objective
    return replicas
  }

  /// Without batch norm, so that an image's loss is its own.
  private let plain = Network(input: .image(channels: 3, height: 8, width: 8)) {
    Conv2D(4, kernel: 3)
    ReLU()
    Flatten()
    Dense(3)
  }

  /// PyTorch's mean over the whole batch, from the losses of single images: a mean over one is its loss, without its
  /// weight.
  @Test(arguments: [(1, 1), (3, 1), (4, 3), (12, 2)], [false, true])
  func meansAreThoseOfTheWholeBatch(parts: (shards: Int, accumulation: Int), mixed: Bool) throws {
    let objective = objective(mixed: mixed)
    let batch = batch(12, mixed: mixed)
    var (losses, gradients, weights) = ([Double](), [[Tensor]](), [Double]())
    let single = try replicas(objective, of: plain, batch: 1)
    for image in 0..<12 {
      let one = batch.part(image..<image + 1)
      losses.append(
        try single.step(one, epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: 0).loss)
      gradients.append(try single.moments())
      weights.append(mixed ? 1 : Double(Self.weights[Int(batch.labels[image])]))
    }
    let total = weights.reduce(0, +)

    let size = 12 / parts.accumulation
    let whole = try replicas(
      objective, of: plain, batch: size, shards: min(parts.shards, size), workers: 2,
      accumulation: parts.accumulation)
    for part in 0..<parts.accumulation {
      try whole.accumulate(batch.part(part * size..<(part + 1) * size), epoch: 0, step: 0)
    }
    let result = try whole.update(optimizer: GradientRecorder(), learningRate: 0, step: 0)
    #expect(abs(result.loss - zip(weights, losses).reduce(0) { $0 + $1.0 * $1.1 } / total) < 1e-6)
    #expect(result.count == 12)
    for (index, tensor) in try whole.moments().enumerated() {
      for (place, value) in tensor.values.enumerated() {
        let mean =
          (0..<12).reduce(0) { $0 + weights[$1] * Double(gradients[$1][index].values[place]) } / total
        #expect(abs(Double(value) - mean) < 2e-6)
      }
    }
  }

  @Test(arguments: [0.0, 2], [false, true])
  func sameBitsForAnyWorkers(gamma: Double, synchronized: Bool) throws {
    let digests = try [1, 2, 3].map { workers in
      let replicas = try replicas(
        objective(gamma: gamma, mixed: true), shards: 5, workers: workers, synchronized: synchronized)
      var losses: [Double] = []
      for step in 0..<4 {
        // The last one is not mixed, and partial.
        let batch = batch(step == 3 ? 7 : 12, mixed: step < 3)
        losses.append(
          try replicas.step(batch, epoch: step, optimizer: PlainSGD(), learningRate: 0.1, step: step).loss)
      }
      return (losses, try replicas.state())
    }
    #expect(digests.allSatisfy { $0 == digests[0] })
  }

  /// Anything but plain cross-entropy goes another way through the kernel.
  @Test func nothingSetIsPlainCrossEntropy() throws {
    let gradients = try [false, true].map { mixed in
      let replicas = try replicas(
        objective(smoothing: 0, weighted: false, mixed: mixed), shards: 3)
      let batch = batch(12, mixed: mixed)
      for image in 0..<12 { batch.shares[image] = 1 }
      let result = try replicas.step(
        batch, epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: 0)
      return (result.loss, try replicas.moments().flatMap(\.values))
    }
    #expect(abs(gradients[0].0 - gradients[1].0) < 1e-6)
    for (a, b) in zip(gradients[0].1, gradients[1].1) { #expect(abs(a - b) < 1e-6) }
  }
}
