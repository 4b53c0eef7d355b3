import Kernels
import Parallel
import Pixels
import Synchronization
import Training

/// Measures one number of workers in this process.
///
/// Ownership: one caller at a time.
public final class TrialRunner: TrialSource {
  let workload: TrainingWorkload
  /// Threads on the cores of the workers, to measure what those reach.
  private let measuring: WorkerGroup
  /// The epoch under way, and whether one is.
  private var epoch = 0
  private var isLoading = false

  /// Measures a workload.
  public init(_ workload: TrainingWorkload) {
    self.workload = workload
    measuring = WorkerGroup(count: workload.replicas.workers)
  }

  /// Does what is asked. Throws what training does.
  public func ask(_ request: TrialRequest) throws -> TrialReply {
    switch request {
    case .prepare:
      try warmUp()
      return .prepared(try facts)
    case .measure(.training, let seconds): return .measured(try measureTraining(seconds))
    case .measure(.compute, let seconds): return .measured(try measureCompute(seconds))
    case .measure(.loading, let seconds): return .measured(try measureLoading(seconds))
    case .trace(let steps): return .traced(try trace(steps: steps))
    case .memory:
      return .memory(
        TrialMemory(
          predicted: workload.memory.total, measured: ProcessMemory.current?.peak))
    }
  }
}

// MARK: - Getting ready

extension TrialRunner {
  private var facts: TrialFacts {
    get throws {
      let configuration = workload.configuration
      let input = workload.network.input
      return TrialFacts(
        workers: workload.replicas.workers, loaderThreads: workload.loader.options.loaderThreads,
        cores: configuration.threads ?? 1, batchSize: configuration.batchSize,
        shards: workload.replicas.shards, model: workload.network.name,
        input: "\(input.channels)x\(input.height)x\(input.width)",
        precision: configuration.precision.rawValue, trainingImages: workload.trainingImages,
        forwardFLOPs: try workload.network.summary().forwardFLOPs,
        reductionBytes: workload.replicas.reductionByteCount,
        gradientBytes: workload.replicas.gradientByteCount)
    }
  }

  /// A few steps, the last batch of an epoch among them: a partial one has kernels of its own.
  private func warmUp() throws {
    let loader = workload.loader
    loader.begin(epoch: epoch, skippingBatches: loader.batchesPerEpoch - 1)
    while let batch = try loader.next() {
      try workload.step(batch)
      loader.recycle(batch)
    }
    for _ in 0..<3 {
      let batch = try nextBatch()
      try workload.step(batch)
      loader.recycle(batch)
    }
    stopLoading()
  }

  func stopLoading() {
    workload.loader.stop()
    isLoading = false
  }

  /// The next batch, of the next epoch where one has ended.
  func nextBatch() throws -> ImageBatch {
    if isLoading, let batch = try workload.loader.next() { return batch }
    isLoading = true
    workload.loader.begin(epoch: epoch)
    epoch += 1
    guard let batch = try workload.loader.next() else { throw TrialError.noBatch }
    return batch
  }
}

// MARK: - Measuring

extension TrialRunner {
  private var workers: Int { workload.replicas.workers }

  /// Steps on images from files. Those on the batches that were loaded while nobody took any are not counted,
  /// unless steps are so slow that the time is over before.
  private func measureTraining(_ seconds: Double) throws -> ScalingTrial {
    defer { stopLoading() }
    let leadIn = ContinuousClock.now
    for _ in 0..<workload.loader.options.ringBatches {
      _ = try step()
      if leadIn.seconds >= seconds { break }
    }
    workload.replicas.startTimeline(spansPerWorker: 0)
    let waitedBefore = workload.loader.waitSeconds
    let start = ContinuousClock.now
    var (images, steps) = (0, 0)
    repeat {
      images += try step()
      steps += 1
    } while start.seconds < seconds || steps < 2
    let wall = start.seconds
    let waited = workload.loader.waitSeconds - waitedBefore
    let recorders = workload.replicas.takeTimeline()?.workers ?? []
    let splits = recorders.map { recorder in
      TimeSplit(
        wall: wall, loading: waited, forward: recorder.seconds(.forward),
        backward: recorder.seconds(.backward), allReduce: recorder.seconds(.allReduce),
        optimizer: recorder.seconds(.optimizer))
    }
    return ScalingTrial(
      kind: .training, workers: workers, images: images, steps: steps, seconds: wall, splits: splits)
  }

  /// A step on the next batch. Returns its images.
  func step() throws -> Int {
    let batch = try nextBatch()
    defer { workload.loader.recycle(batch) }
    try workload.step(batch)
    return batch.count
  }

  /// Steps on one batch, while no image is read.
  private func measureCompute(_ seconds: Double) throws -> ScalingTrial {
    let batch = try nextBatch()
    stopLoading()
    defer { workload.loader.recycle(batch) }
    let peak = try measurePeak()
    try workload.step(batch)
    let start = ContinuousClock.now
    var steps = 0
    repeat {
      try workload.step(batch)
      steps += 1
    } while start.seconds < seconds || steps < 2
    return ScalingTrial(
      kind: .compute, workers: workers, images: steps * batch.count, steps: steps, seconds: start.seconds,
      peakFLOPsPerSecond: peak)
  }

  /// Batches one after another, which nobody looks at.
  private func measureLoading(_ seconds: Double) throws -> ScalingTrial {
    defer { stopLoading() }
    let start = ContinuousClock.now
    var (images, batches) = (0, 0)
    repeat {
      let batch = try nextBatch()
      images += batch.count
      batches += 1
      workload.loader.recycle(batch)
    } while start.seconds < seconds || batches < 2
    return ScalingTrial(
      kind: .loading, workers: workers, images: images, steps: batches, seconds: start.seconds)
  }

  /// The operations a second that all cores reach together in multiply-adds alone, on the type of numbers that is
  /// trained with.
  private func measurePeak() throws -> Double {
    let isBF16 = workload.replicas.kernelSet.numbers == .bf16
    let peaks = Peaks(count: workers)
    try measuring.run(.measuring) { worker in
      let bf16 = isBF16 ? ProcessorPeak.bf16(milliseconds: 20) : 0
      peaks.set(worker, bf16 > 0 ? bf16 : ProcessorPeak.fp32(milliseconds: 20))
    }
    // Each measures its best moments: workers that share a core would count it twice.
    return peaks.sum * min(1, Double(workload.configuration.threads ?? workers) / Double(workers))
  }
}

/// What each worker's core reaches.
private final class Peaks: Sendable {
  private let values: Mutex<[Double]>

  init(count: Int) { values = Mutex([Double](repeating: 0, count: count)) }
  func set(_ worker: Int, _ value: Double) { values.withLock { $0[worker] = value } }
  var sum: Double { values.withLock { $0.reduce(0, +) } }
}
