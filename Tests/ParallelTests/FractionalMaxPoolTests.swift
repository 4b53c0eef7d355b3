import Networks
import Pixels
import Randomness
import Testing

@testable import Parallel

/// Fractional max pooling as a layer: which regions it takes when, against a plain implementation.
@Suite struct FractionalMaxPoolTests {
  private static let images = 6, channels = 3, height = 10, width = 7

  /// The layer behind a convolution that changes nothing.
  private func replicas(
    _ layer: FractionalMaxPool, _ kernels: KernelSet, workers: Int = 1
  ) throws -> DataParallel {
    let network = Network(
      input: .image(channels: Self.channels, height: Self.height, width: Self.width)
    ) {
      Conv2D(Self.channels, kernel: 1).named("identity")
      layer.named("pool")
      Flatten()
    }
    let replicas = try DataParallel(
      network: network, batchSize: Self.images, shards: workers, workers: workers, kernels: kernels, seed: 3,
      momentCount: 1)
    let identity = (0..<9).map { Float($0 % 4 == 0 ? 1 : 0) }
    try replicas.load(state: [Tensor(name: "identity.weight", shape: [3, 3, 1, 1], values: identity)])
    return replicas
  }

  /// Whole numbers that bf16 holds.
  private func batch() -> ImageBatch {
    let batch = ImageBatch(
      capacity: Self.images, channels: Self.channels, height: Self.height, width: Self.width)
    batch.count = Self.images
    for i in 0..<Self.images * Self.channels * Self.height * Self.width {
      batch.images[i] = Float(StableHash.mix(UInt64(i)) % 251) - 125
    }
    for image in 0..<Self.images { batch.samples[image] = StableHash.of("image \(image)") }
    return batch
  }

  /// What flows out in a step of training.
  private func outputs(_ replicas: DataParallel, _ batch: ImageBatch, epoch: Int) throws -> [Float] {
    _ = try replicas.step(batch, epoch: epoch, optimizer: GradientRecorder(), learningRate: 0, step: 0)
    return try replicas.group.runOnce(.preparing) {
      Array(
        try replicas.replicas[0].run(PlanKey(batch: batch.count, purpose: .training))
          .scores(Shard(batch, from: 0)))
    }
  }

  /// The members of an axis' sequence, by Graham's definitions.
  private func members(_ layer: FractionalMaxPool, _ size: Int, _ stream: inout RandomStream, u: Double?)
    -> [Int]
  {
    let count = Int(Double(size) * 0.7), span = layer.overlapping ? size - 1 : size
    if layer.sequence == .random && u == nil {
      var (members, large) = ([0], span - span / count * count)
      for i in 0..<count {
        let isLarge = stream.integer(in: 0...count - i - 1) < large
        large -= isLarge ? 1 : 0
        members.append(members[i] + span / count + (isLarge ? 1 : 0))
      }
      return members
    }
    let u = u ?? (Double(stream.next()) + 0.5) / 0x1p32
    let ratio = Double(span) / Double(count)
    return (0...count).map { Int((ratio * (Double($0) + u)).rounded(.up)) - Int((ratio * u).rounded(.up)) }
  }

  /// What flows out, by loops.
  private func expected(_ layer: FractionalMaxPool, _ batch: ImageBatch, epoch: Int, u: Double?) -> [Float] {
    var result: [Float] = []
    for image in 0..<Self.images {
      var stream = RandomStream(
        SampleKey(seed: 3, epoch: UInt32(epoch), sample: batch.samples[image]), path: "pool")
      let rows = members(layer, Self.height, &stream, u: u),
        columns = members(layer, Self.width, &stream, u: u)
      let border = layer.overlapping ? 1 : 0
      for channel in 0..<Self.channels {
        for i in 1..<rows.count {
          for j in 1..<columns.count {
            var best = -Float.infinity
            for row in rows[i - 1]..<rows[i] + border {
              for column in columns[j - 1]..<columns[j] + border {
                let place = ((image * Self.channels + channel) * Self.height + row) * Self.width + column
                best = max(best, batch.images[place])
              }
            }
            result.append(best)
          }
        }
      }
    }
    return result
  }

  private static let layers = [
    FractionalMaxPool(ratio: 0.7, sequence: .pseudoRandom, overlapping: true),
    FractionalMaxPool(ratio: 0.7, sequence: .pseudoRandom, overlapping: false),
    FractionalMaxPool(ratio: 0.7, sequence: .random, overlapping: true),
    FractionalMaxPool(ratio: 0.7, sequence: .random, overlapping: false),
  ]

  @Test(arguments: layers.indices, KernelSet.all)
  func everyImageHasRegionsOfItsOwn(layer: Int, kernels: KernelSet) throws {
    let (layer, batch) = (Self.layers[layer], batch())
    let replicas = try replicas(layer, kernels)
    let first = try outputs(replicas, batch, epoch: 0)
    #expect(first == expected(layer, batch, epoch: 0, u: nil))
    let second = try outputs(replicas, batch, epoch: 1)
    #expect(second == expected(layer, batch, epoch: 1, u: nil))
    #expect(first != second)
  }

  @Test(arguments: layers.indices) func inferenceHasAFixedSequence(layer: Int) throws {
    let (layer, batch) = (Self.layers[layer], batch())
    let scores = try replicas(layer, KernelSet(.fp32, .convoy)).scores(batch)
    #expect(scores == expected(layer, batch, epoch: 0, u: 0.5))
  }

  /// Gradients of the convolution before it, for one worker and for three.
  @Test func workersDoNotMatter() throws {
    let batch = batch()
    let gradients = try [1, 3].map { workers in
      let network = Network(
        input: .image(channels: Self.channels, height: Self.height, width: Self.width)
      ) {
        Conv2D(4, kernel: 3, padding: .same)
        FractionalMaxPool(ratio: 0.7)
        Flatten()
        Dense(2)
      }
      let replicas = try DataParallel(
        network: network, batchSize: Self.images, shards: 3, workers: workers, seed: 3, momentCount: 1)
      _ = try replicas.step(batch, epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: 0)
      return try replicas.moments()
    }
    #expect(gradients[0] == gradients[1])
  }
}
