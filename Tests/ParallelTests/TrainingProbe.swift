import Networks
import Pixels
import Randomness
import Testing

@testable import Parallel

/// What flows out of one layer in training, when ones flow in.
struct TrainingProbe {
  /// Where the layer stands: what flows into it, and in which layout.
  enum Place: CaseIterable {
    /// On the images themselves.
    case first
    /// After a convolution whose channels fill no vector.
    case convolution
    /// After a convolution whose channels oneDNN blocks.
    case blocked
    /// After a dense layer.
    case vector
  }

  private let replicas: DataParallel
  private let batch: ImageBatch
  /// Values of one image.
  let count: Int

  /// A network of ones up to the layer, over `images` images.
  init(
    _ layer: any Layer, at place: Place = .convolution, images: Int, kernels: KernelSet, seed: UInt64 = 3,
    name: String = "probed"
  ) throws {
    let network = Network(input: .image(channels: place == .first ? 5 : 1, height: 4, width: 4)) {
      switch place {
      case .first: layer.named(name)
      case .convolution, .blocked:
        Conv2D(place == .blocked ? 32 : 20, kernel: 1).named("ones")
        layer.named(name)
      case .vector:
        Flatten().named("flat")
        Dense(40, bias: false).named("ones")
        layer.named(name)
      }
      Flatten()
    }
    count = try network.outputCount()
    replicas = try DataParallel(
      network: network, batchSize: images, shards: 1, workers: 1, kernels: kernels, seed: seed,
      momentCount: 1)
    let size = place == .vector ? 16 : 1
    try replicas.load(
      state: network.parameters().map {
        Tensor(
          name: $0.name, shape: $0.shape, values: [Float](repeating: 1 / Float(size), count: $0.count))
      })
    batch = ImageBatch(
      capacity: images, channels: network.input.channels, height: 4, width: 4)
    batch.count = images
    for i in 0..<images * network.input.activation.count { batch.images[i] = 1 }
    for image in 0..<images { batch.samples[image] = StableHash.of("image \(image)") }
  }

  /// What flows out for each image in a step of training.
  func outputs(epoch: Int = 0, step: Int = 0) throws -> [[Float]] {
    _ = try replicas.step(batch, epoch: epoch, optimizer: GradientRecorder(), learningRate: 0, step: step)
    return try replicas.group.runOnce(.preparing) {
      let run = replicas.replicas[0].run(PlanKey(batch: batch.count, purpose: .training))
      return perImage(Array(try run.scores(Shard(batch, from: 0))))
    }
  }

  /// What flows out for each image in inference.
  func inference() throws -> [[Float]] { perImage(try replicas.scores(batch)) }

  private func perImage(_ values: [Float]) -> [[Float]] {
    (0..<batch.count).map { Array(values[$0 * count..<($0 + 1) * count]) }
  }
}

/// Statements about draws that are wrong for a right generator with a stated probability.
enum Chance {
  /// Whether `count` of `n` draws of a probability are within five standard deviations of their expectation: false
  /// once in two million times.
  static func fits(_ count: Int, of n: Int, probability: Double) -> Bool {
    let deviation = (Double(n) * probability * (1 - probability)).squareRoot()
    return abs(Double(count) - Double(n) * probability) <= 5 * deviation
  }

  /// Whether the correlation of two sequences of draws is within five standard deviations of none: false once in two
  /// million times.
  static func areIndependent(_ a: [Bool], _ b: [Bool]) -> Bool {
    let n = Double(a.count)
    let (p, q) = (Double(a.count { $0 }) / n, Double(b.count { $0 }) / n)
    let both = Double(zip(a, b).count { $0 && $1 }) / n
    let correlation = (both - p * q) / (p * (1 - p) * q * (1 - q)).squareRoot()
    return abs(correlation) <= 5 / n.squareRoot()
  }

  /// Whether counts, each of `n` draws of a probability, are spread as such counts are: their variance is within five
  /// standard deviations of the binomial law's. Its own is that of a normal law's, which many draws come close to.
  static func areBinomial(_ counts: [Int], of n: Int, probability: Double) -> Bool {
    let expected = Double(n) * probability * (1 - probability)
    let spread = counts.reduce(0) { sum, count in
      let away = Double(count) - Double(n) * probability
      return sum + away * away
    }
    let m = Double(counts.count)
    return abs(spread / m / expected - 1) <= 5 * (2 / m + 1 / (m * expected)).squareRoot()
  }
}
