import ArgumentParser
import Kernels
import Networks
import Parallel
import Pixels
import Randomness

/// What a benchmark trains, and on how much of the machine.
struct WorkloadOptions: ParsableArguments {
  @Option(help: "A network: \(BenchmarkNetwork.names.joined(separator: ", ")).")
  var model = "resnet18"

  @Option(help: "Channels, height and width of the images.")
  var input = ImageShape(channels: 3, height: 32, width: 32)

  @Option(help: "Images of one step, 1 or more.")
  var batch = 128

  @Option(help: "Classes, 1 or more.")
  var classes = 10

  @OptionGroup var machine: MachineOptions
  @OptionGroup var kernels: KernelOptions

  func validate() throws {
    for (name, value) in [("--batch", batch), ("--classes", classes)] where value < 1 {
      throw ValidationError("\(name): expected at least 1, got \(value).")
    }
  }

  /// The network.
  func network() throws -> Network {
    try BenchmarkNetwork.named(model, input: input.shape, classes: classes)
  }

  /// Replicas and a batch, ready for steps.
  func workload() throws -> Workload {
    let (workers, shards) = machine.resolved(batch: batch)
    return try Workload(
      network: network(), batchSize: batch, kernels: kernels.resolved, workers: workers, shards: shards)
  }
}

/// On how much of the machine.
struct MachineOptions: ParsableArguments {
  @Option(help: "Worker threads, 1 or more (default: one for each processor).")
  var workers: Int?

  @Option(help: "Parts of a batch (default: one for every 32 images, or every core where that is more).")
  var shards: Int?

  /// What `convoy train` would take, unless stated.
  func resolved(batch: Int) -> (workers: Int, shards: Int) {
    let supply = ProcessorSupply.current
    let shards = shards ?? min(batch, max((batch + 31) / 32, supply.threads))
    return (workers ?? min(supply.physicalCores, shards), shards)
  }
}

/// Channels, height and width, as in `3x32x32`.
struct ImageShape: ExpressibleByArgument, CustomStringConvertible {
  var channels, height, width: Int

  init(channels: Int, height: Int, width: Int) {
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  init?(argument: String) {
    let parts = argument.split(separator: "x").map { Int($0) ?? 0 }
    guard parts.count == 3, parts.allSatisfy({ $0 > 0 }) else { return nil }
    self.init(channels: parts[0], height: parts[1], width: parts[2])
  }

  var description: String { "\(channels)x\(height)x\(width)" }
  var shape: InputShape { .image(channels: channels, height: height, width: width) }
}

/// Replicas with one batch that they train on over and over.
final class Workload {
  let network: Network
  let replicas: DataParallel
  let batch: ImageBatch
  private var steps = 0

  init(network: Network, batchSize: Int, kernels: KernelSet, workers: Int, shards: Int) throws {
    self.network = network
    replicas = try DataParallel(
      network: network, batchSize: batchSize, shards: shards, workers: workers, kernels: kernels, seed: 0,
      momentCount: Momentum().momentCount)
    batch = .synthetic(batchSize, network.input, classes: try network.outputCount())
  }

  /// One training step. Returns its seconds.
  @discardableResult
  func step() throws -> Double {
    let start = ContinuousClock.now
    _ = try replicas.step(batch, epoch: steps, optimizer: Momentum(), learningRate: 0.01, step: steps)
    steps += 1
    return (ContinuousClock.now - start) / .seconds(1)
  }

  /// Steps until `seconds` are over, at least `least`: the seconds of each.
  @discardableResult
  func steps(seconds: Double, atLeast least: Int = 3) throws -> [Double] {
    var times: [Double] = []
    let start = ContinuousClock.now
    while times.count < least || (ContinuousClock.now - start) / .seconds(1) < seconds {
      times.append(try step())
    }
    return times
  }
}

/// Stochastic gradient descent with momentum, as the peers use.
struct Momentum: Optimizer {
  var momentCount: Int { 1 }

  func update(_ slice: ParameterSlice, learningRate: Float, step: Int) {
    slice.sgd(learningRate: learningRate, momentum: 0.9, nesterov: false, weightDecay: 5e-4)
  }
}

extension ImageBatch {
  /// Normal pixels and uniform labels.
  static func synthetic(_ count: Int, _ input: InputShape, classes: Int) -> ImageBatch {
    let batch = ImageBatch(
      capacity: count, channels: input.channels, height: input.height, width: input.width)
    batch.count = count
    for image in 0..<count {
      var stream = RandomStream(SampleKey(seed: 0, sample: UInt64(image)), path: "benchmark")
      let pixels = batch.image(at: image)
      for index in pixels.indices { pixels[index] = Float(stream.normal()) }
      batch.labels[image] = Int32(stream.integer(in: 0...classes - 1))
      batch.samples[image] = UInt64(image)
    }
    return batch
  }
}
