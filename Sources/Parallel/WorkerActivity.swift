import CProcessors
import Dispatch
import Synchronization

/// What a worker was doing when somebody looked.
public struct WorkerActivity: Equatable, Sendable {
  /// The worker's number.
  public let worker: Int
  /// The phase that it is in, or was in last; nil where it has done nothing yet.
  public let phase: WorkPhase?
  /// False while it waits for the next phase.
  public let isWorking: Bool
  /// Seconds since it began to work, or to wait.
  public let seconds: Double
  /// Phases that it has done, and pieces of work (shards, slices) that it has taken. It stands still while the
  /// worker makes no progress.
  public let progress: UInt64
  /// Processor time that it has used up to the end of its last phase, in seconds.
  public let cpuSeconds: Double
}

/// A worker's activity, written by the worker and read by anyone, without locks.
///
/// Phase, state and time are one word, so that a reader sees them as they were at one moment.
final class WorkerStatus: Sendable {
  private static let stateBits: UInt64 = 8
  private static let workingBit: UInt64 = 0x80

  /// Nanoseconds since the workers were started, then the state: 0 before the first phase, else the phase's
  /// number + 1, and the working bit.
  private let word = Atomic<UInt64>(0)
  private let progress = Atomic<UInt64>(0)
  private let cpu = Atomic<UInt64>(0)
  /// Keeps the words of two workers on lines of their own, so that one's stores do not cost the other time.
  private let padding = InlineArray<13, UInt64>(repeating: 0)

  /// Says that the worker begins a phase.
  func begin(_ phase: WorkPhase, at nanoseconds: UInt64) {
    let state = (UInt64(phase.rawValue) + 1) | Self.workingBit
    word.store(nanoseconds << Self.stateBits | state, ordering: .releasing)
  }

  /// Says that the worker has ended its phase.
  func end(at nanoseconds: UInt64) {
    let state = word.load(ordering: .relaxed) & (Self.workingBit - 1)
    progress.add(1, ordering: .relaxed)
    cpu.store(cprocessors_thread_time(), ordering: .relaxed)
    word.store(nanoseconds << Self.stateBits | state, ordering: .releasing)
  }

  /// Says that the worker has taken a piece of its phase's work.
  func advance() { progress.add(1, ordering: .relaxed) }

  /// What the worker does now.
  func read(worker: Int, at nanoseconds: UInt64) -> WorkerActivity {
    let word = word.load(ordering: .acquiring)
    let since = word >> Self.stateBits
    let number = word & (Self.workingBit - 1)
    return WorkerActivity(
      worker: worker, phase: number == 0 ? nil : WorkPhase(rawValue: UInt8(number - 1)),
      isWorking: word & Self.workingBit != 0,
      // A worker may have gone on after the reader looked at its clock.
      seconds: nanoseconds > since ? Double(nanoseconds - since) / 1e9 : 0,
      progress: progress.load(ordering: .relaxed), cpuSeconds: Double(cpu.load(ordering: .relaxed)) / 1e9)
  }
}

/// The statuses of a group's workers, on one clock.
struct WorkerStatuses: Sendable {
  private let all: [WorkerStatus]
  private let start = DispatchTime.now().uptimeNanoseconds

  init(count: Int) { all = (0..<count).map { _ in WorkerStatus() } }

  /// A worker's own.
  subscript(worker: Int) -> WorkerStatus { all[worker] }

  /// Nanoseconds since the group was made.
  var now: UInt64 { DispatchTime.now().uptimeNanoseconds - start }

  /// What every worker does now, in order.
  var activity: [WorkerActivity] {
    let now = now
    return all.enumerated().map { $1.read(worker: $0, at: now) }
  }
}
