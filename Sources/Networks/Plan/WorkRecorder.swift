import Dispatch

/// The clock of profiles and timelines.
public enum WorkClock {
  /// Nanoseconds of the system's monotonic clock, which all processes of a machine share.
  public static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }
}

/// What a worker's time in a training step can go to.
public enum TimeUse: String, Codable, Sendable, CaseIterable {
  /// The way forward of a shard, with the loss.
  case forward
  /// The way back of a shard.
  case backward
  /// Summing the shards' gradients.
  case allReduce = "all-reduce"
  /// Updating weights, and bringing their copies for the kernels up to date.
  case optimizer
}

/// Something that a worker did, from `start` to `end` in nanoseconds of ``WorkClock``.
public struct WorkSpan: Equatable, Sendable {
  /// What it did.
  public enum Work: Equatable, Sendable {
    /// A shard, forward and backward; where shards meet at batch norms, from one meeting to the next.
    case shard
    /// One pass of an operation: its index in ``WorkRecorder/operations``.
    case operation(Int, ProfiledPass)
    /// Its part of a phase other than the shards, such as `update`.
    case phase(Phase)
  }

  /// The phases that have spans of their own.
  public enum Phase: String, Equatable, Sendable {
    case weights, accumulating, update
  }

  /// What it did.
  public let work: Work
  /// Steps before this one since recording began.
  public let step: Int
  /// The shard of the mini-batch; nil where it is about none.
  public let shard: Int?
  /// When, in nanoseconds.
  public let start, end: UInt64
}

/// What one worker did and when. Room for the spans is made before, so that recording allocates nothing; what
/// comes when it is full is counted and dropped. The seconds of each use are whole always.
///
/// Ownership: written by its worker during a step, read by the caller between steps.
public final class WorkRecorder: @unchecked Sendable {
  /// The name of an operation of a plan.
  public struct Operation: Equatable, Sendable {
    /// The layer's path, and what is done, such as `convolution`.
    public let layer, kind: String
  }

  /// What the spans' operations are called.
  public private(set) var operations: [Operation] = []
  /// In the order of their ends.
  public private(set) var spans: [WorkSpan] = []
  /// Spans for which there was no room.
  public private(set) var dropped = 0
  /// The step under way and, while shards are computed, the shard.
  public var step = 0
  public var shard: Int?

  private let capacity: Int
  private var nanoseconds = [UInt64](repeating: 0, count: TimeUse.allCases.count)
  private var lastRead: UInt64 = 0

  /// Makes room.
  /// - Parameter capacity: spans to keep at most; 0 to add up times alone.
  public init(capacity: Int) {
    self.capacity = capacity
    spans.reserveCapacity(capacity)
  }

  /// Seconds that went to a use so far.
  public func seconds(_ use: TimeUse) -> Double { Double(nanoseconds[use.place]) / 1e9 }

  /// Reads the clock, for the ``mark(_:)`` that follows.
  public func begin() -> UInt64 {
    lastRead = WorkClock.now
    return lastRead
  }

  /// Ascribes the time since the clock was read last to a use.
  public func mark(_ use: TimeUse) {
    let now = WorkClock.now
    nanoseconds[use.place] += now - lastRead
    lastRead = now
  }

  /// Keeps a span that began at `start` and ends where the clock was read last.
  public func end(_ work: WorkSpan.Work, from start: UInt64) { keep(work, from: start, to: lastRead) }

  /// Ascribes one pass of an operation, for which the clock was read already. What came before it since the clock
  /// was read last, such as taking a shard in hand, is ascribed with it.
  func record(operation: Int, _ pass: ProfiledPass, from start: UInt64, to end: UInt64) {
    nanoseconds[(pass == .forward ? TimeUse.forward : .backward).place] += end - lastRead
    keep(.operation(operation, pass), from: start, to: end)
    lastRead = end
  }

  /// Takes over the names of a plan's operations. Not during a step: it allocates.
  /// - Returns: the index of the first.
  func register(_ names: [Operation]) -> Int {
    operations += names
    return operations.count - names.count
  }

  private func keep(_ work: WorkSpan.Work, from start: UInt64, to end: UInt64) {
    if spans.count < capacity {
      spans.append(WorkSpan(work: work, step: step, shard: shard, start: start, end: end))
    } else {
      dropped += 1
    }
  }
}

extension TimeUse {
  /// Its place among all.
  fileprivate var place: Int {
    switch self {
    case .forward: 0
    case .backward: 1
    case .allReduce: 2
    case .optimizer: 3
    }
  }
}
