import Foundation
import Kernels
import Networks
import Pixels
import Randomness
import Testing

@testable import Parallel

/// DropConnect on dense layers and all kinds of convolutions.
@Suite struct DropConnectTests {
  private static let input = InputShape.image(channels: 4, height: 3, width: 3)

  /// A layer with DropConnect on four images of four channels, and what tells its gradient.
  private func network(
    _ kind: String, _ probability: Double, inference: DropConnect.Inference = .mean
  ) -> Network {
    let drop = DropConnect(probability, inference: inference)
    return Network(input: Self.input) {
      switch kind {
      case "dense":
        Flatten().named("flat")
        Dense(40, dropConnect: drop).named("layer")
      case "conv": Conv2D(40, kernel: 3, bias: true, dropConnect: drop).named("layer")
      case "grouped": Conv2D(40, kernel: 3, groups: 2, bias: true, dropConnect: drop).named("layer")
      default: Conv2D(32, kernel: 3, padding: .same, groups: 4, bias: true, dropConnect: drop).named("layer")
      }
      ReLU()
      Flatten()
    }
  }

  static let kinds = ["dense", "conv", "grouped", "depthwise"]

  private func replicas(
    _ network: Network, _ kernels: KernelSet, seed: UInt64 = 5, shards: Int = 1
  ) throws -> DataParallel {
    let replicas = try DataParallel(
      network: network, batchSize: 4, shards: shards, workers: 2, kernels: kernels, seed: seed, momentCount: 1
    )
    // So that all of the ReLUs let gradients through.
    try replicas.load(
      state: replicas.state().map {
        let values = $0.values.map { $0 * 0.1 }
        return Tensor(
          name: $0.name, shape: $0.shape, values: $0.name == "layer.bias" ? values.map { $0 + 9 } : values)
      })
    return replicas
  }

  private func batch(_ images: Int = 4) -> ImageBatch {
    ImageBatch.random(images, Self.input, classes: 3, seed: 2)
  }

  /// Which weights had a gradient in a step: true for those that were dropped.
  private func dropped(_ replicas: DataParallel, step: Int) throws -> [Bool] {
    _ = try replicas.step(batch(), epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: step)
    return try #require(replicas.moments().first { $0.name == "moment0.layer.weight" }).values.map { $0 == 0 }
  }

  /// All kernels drop the same weights, and the share that was asked for.
  @Test(arguments: kinds, [0.2, 0.5]) func gradientsOfDroppedWeightsAreZero(
    kind: String, probability: Double
  ) throws {
    let masks = try KernelSet.all.map { try dropped(replicas(network(kind, probability), $0), step: 3) }
    #expect(Set(masks).count == 1)
    #expect(Chance.fits(masks[0].count { $0 }, of: masks[0].count, probability: probability))
    // Images of the step see the same mask, on whatever shard they are.
    let sharded = try replicas(network(kind, probability), KernelSet(.fp32, .convoy), shards: 4)
    #expect(try dropped(sharded, step: 3) == masks[0])
  }

  /// The scores in training are those of a network whose dropped weights are zero.
  @Test(arguments: kinds, KernelSet.all) func droppedWeightsAreZero(kind: String, kernels: KernelSet) throws {
    let replicas = try replicas(network(kind, 0.5), kernels)
    let mask = try dropped(replicas, step: 1)
    let batch = batch()
    let training = try replicas.group.runOnce(.preparing) {
      Array(
        try replicas.replicas[0].run(PlanKey(batch: 4, purpose: .training)).scores(Shard(batch, from: 0)))
    }
    let plain = try self.replicas(network(kind, 0), kernels)
    try plain.load(
      state: replicas.state().map {
        if $0.name != "layer.weight" { return $0 }
        let values = zip($0.values, mask).map { $1 ? 0 : $0 }
        return Tensor(name: $0.name, shape: $0.shape, values: values)
      })
    #expect(relativeError(training, try plain.scores(batch)) <= tolerance(kernels))
  }

  private func tolerance(_ kernels: KernelSet) -> Float { kernels.numbers == .fp32 ? 1e-6 : 0x1p-7 }

  @Test(arguments: kinds, KernelSet.all) func theMeanScalesTheWeights(kind: String, kernels: KernelSet) throws
  {
    let replicas = try replicas(network(kind, 0.25), kernels)
    let plain = try self.replicas(network(kind, 0), kernels)
    try plain.load(
      state: replicas.state().map {
        Tensor(
          name: $0.name, shape: $0.shape,
          values: $0.name == "layer.weight" ? $0.values.map { 0.75 * $0 } : $0.values)
      })
    #expect(relativeError(try replicas.scores(batch()), try plain.scores(batch())) <= tolerance(kernels))
  }

  /// Steps, layers, seeds and neighbouring weights draw for themselves.
  @Test(arguments: kinds) func drawsAreIndependent(kind: String) throws {
    let kernels = KernelSet(.fp32, .convoy)
    let replicas = try replicas(network(kind, 0.4), kernels)
    let first = try (0..<20).map { try dropped(replicas, step: $0) }
    let other = try self.replicas(network(kind, 0.4), kernels, seed: 6)
    let second = try (0..<20).map { try dropped(other, step: $0) }
    let flat = Array(first.joined())
    #expect(Chance.areIndependent(flat, Array(second.joined())), "seeds")
    #expect(Chance.areIndependent(Array(flat.dropFirst()), Array(flat.dropLast())), "neighbours")
    #expect(
      Chance.areIndependent(Array(first.dropFirst().joined()), Array(first.dropLast().joined())), "steps")
    #expect(Chance.fits(flat.count { $0 }, of: flat.count, probability: 0.4))
    #expect(Chance.areBinomial(first.map { $0.count { $0 } }, of: first[0].count, probability: 0.4))
  }

  /// The Gaussian approximation against its formula, from the weights and images themselves, with biases small
  /// enough for the ReLU to bend.
  @Test(arguments: ["dense", "conv"], KernelSet.all)
  func theGaussianIsTheFormula(kind: String, kernels: KernelSet) throws {
    let p = 0.3
    let replicas = try DataParallel(
      network: network(kind, p, inference: .gaussian), batchSize: 4, shards: 2, workers: 2, kernels: kernels,
      seed: 5, momentCount: nil)
    let state = try replicas.state()
    let (weights, bias) = try (
      #require(state.first { $0.name == "layer.weight" }), #require(state.first { $0.name == "layer.bias" })
    )
    let batch = batch()
    let scores = try replicas.scores(batch)
    for image in 0..<4 {
      // A kernel as large as the image sees it in the order in which a dense layer does.
      let x = Array(batch.image(at: image))
      for unit in 0..<40 {
        let products = zip(weights.values[unit * 36..<(unit + 1) * 36], x).map { Double($0) * Double($1) }
        let mean = (1 - p) * products.reduce(0, +) + Double(bias.values[unit])
        let deviation = (p * (1 - p) * products.reduce(0) { $0 + $1 * $1 }).squareRoot()
        let expected =
          mean * erfc(-mean / deviation / 2.0.squareRoot()) / 2
          + deviation * exp(-mean * mean / deviation / deviation / 2) / (2 * Double.pi).squareRoot()
        let tolerance = 0.004 * deviation + (kernels.numbers == .bf16 ? 0.02 : 1e-5)
        #expect(abs(Double(scores[image * 40 + unit]) - expected) < tolerance)
      }
    }
  }

  /// What training gives on average over 400 steps is what the Gaussian says, within five standard errors and a
  /// hundredth for the approximation itself; the mean alone is farther off.
  @Test(arguments: ["dense", "conv", "depthwise"])
  func theGaussianIsCloseToTheAverageOfTraining(kind: String) throws {
    let kernels = KernelSet(.fp32, .convoy)
    let steps = 400
    let drawn = try DataParallel(
      network: network(kind, 0.5), batchSize: 1, shards: 1, workers: 1, kernels: kernels, seed: 5,
      momentCount: 1)
    let batch = batch(1)
    var sums = [Double](repeating: 0, count: drawn.classes)
    var squares = sums
    for step in 0..<steps {
      _ = try drawn.step(batch, epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: step)
      let scores = try drawn.group.runOnce(.preparing) {
        Array(
          try drawn.replicas[0].run(PlanKey(batch: 1, purpose: .training)).scores(Shard(batch, from: 0)))
      }
      for (i, score) in scores.enumerated() {
        sums[i] += Double(score)
        squares[i] += Double(score) * Double(score)
      }
    }
    let gaussian = try DataParallel(
      network: network(kind, 0.5, inference: .gaussian), batchSize: 1, shards: 1, workers: 1,
      kernels: kernels, seed: 0, momentCount: nil)
    try gaussian.load(state: drawn.state())
    let (approximation, mean) = try (gaussian.scores(batch), drawn.scores(batch))
    var away = (gaussian: 0.0, mean: 0.0)
    for i in sums.indices {
      let average = sums[i] / Double(steps)
      let variance = max(0, squares[i] / Double(steps) - average * average)
      let distance = abs(average - Double(approximation[i]))
      #expect(distance < 5 * (variance / Double(steps)).squareRoot() + 0.01 + 0.1 * variance.squareRoot())
      away.gaussian += distance
      away.mean += abs(average - Double(mean[i]))
    }
    #expect(away.gaussian < 0.5 * away.mean)
  }

  @Test(arguments: [-0.5, 1, .nan]) func refusesWhatIsNoProbability(probability: Double) {
    for kind in Self.kinds {
      let error = #expect(throws: NetworkError.self) { try network(kind, probability).outputCount() }
      #expect(
        error?.description
          == "layer layer: the probability of drop-connect is in 0..<1, not \(probability)")
    }
  }
}
