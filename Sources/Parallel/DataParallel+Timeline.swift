import Networks

extension DataParallel {
  /// Records what every worker does in the steps from now on, from zero. It costs a look at the clock for each
  /// operation, and two for each slice of an update.
  /// - Parameter spansPerWorker: spans to keep of each worker at most; 0 to add up times alone.
  public func startTimeline(spansPerWorker: Int) {
    recordedSteps = []
    recordedSteps.reserveCapacity(spansPerWorker)
    recorders = (0..<workers).map { _ in WorkRecorder(capacity: spansPerWorker) }
    for (index, replica) in replicas.enumerated() {
      replica.startProfile(recorder: recorders[index % workers])
    }
  }

  /// Ends what ``startTimeline(spansPerWorker:)`` began.
  /// - Returns: what was recorded; nil where nothing was.
  public func takeTimeline() -> WorkTimeline? {
    guard !recorders.isEmpty else { return nil }
    for replica in replicas { _ = replica.takeProfile() }
    defer { (recorders, recordedSteps) = ([], []) }
    return WorkTimeline(steps: recordedSteps, workers: recorders)
  }

  /// Bytes that the sum of the shards' gradients moves in a step of a full mini-batch: every shard's gradient is
  /// read once and the sum is written once. 0 for a single shard, which needs no sum.
  public var reductionByteCount: Int {
    shards > 1 ? (shards + 1) * weights.parameters.byteCount : 0
  }

  /// Bytes of one gradient: what several machines would exchange.
  public var gradientByteCount: Int { weights.parameters.byteCount }

  /// The recorder of a worker; nil when nothing is recorded.
  func recorder(of worker: Int) -> WorkRecorder? { recorders.isEmpty ? nil : recorders[worker] }

  /// Starts the clock of a step; 0 when nothing is recorded.
  func beginRecordedStep() -> UInt64 { recorders.isEmpty ? 0 : WorkClock.now }

  /// Keeps a step, where there is room, and tells the recorders that the next one begins.
  func endRecordedStep(from start: UInt64, images: Int) {
    guard let first = recorders.first else { return }
    if recordedSteps.count < recordedSteps.capacity {
      recordedSteps.append(
        RecordedStep(number: first.step, images: images, start: start, end: WorkClock.now))
    }
    for recorder in recorders { recorder.step += 1 }
  }
}

/// A step as the caller sees it.
public struct RecordedStep: Equatable, Sendable {
  /// Steps before it since recording began.
  public let number: Int
  /// Images of its mini-batch.
  public let images: Int
  /// When, in nanoseconds of `WorkClock`.
  public let start, end: UInt64
}

/// What the workers did in the steps that were recorded.
public struct WorkTimeline: Sendable {
  /// The first steps, as many as there was room for.
  public let steps: [RecordedStep]
  /// Each worker's record. Nothing writes to it any more.
  public let workers: [WorkRecorder]
}
