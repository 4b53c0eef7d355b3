import Foundation
import Loading
import Parallel
import Synchronization

/// Notices when a run makes no progress: a thread of its own that looks at the counters of workers and decoders.
///
/// Only what may hang is watched: waiting for a batch, a step, evaluation, saving. A hanging thread cannot be ended
/// from outside, so the watchdog only tells, once; see ``RunEvent/stalled(_:)``.
///
/// Ownership: `condition` guards `isOver`.
final class Watchdog: @unchecked Sendable {
  /// What the run's own thread is doing.
  enum Stage: Int {
    /// Nothing that is watched, such as telling an observer.
    case unwatched
    case batch, step, evaluation, saving
  }

  /// What is looked at, and told.
  struct Subject: Sendable {
    let workers: @Sendable () -> [WorkerActivity]
    let decoders: @Sendable () -> [LoaderActivity]
    /// The run folder, where saving may hang.
    let folder: String
    let tell: @Sendable (Stall) -> Void
  }

  private let limit: Int
  private let subject: Subject
  private let stage = Atomic(Stage.unwatched.rawValue)
  /// Stages begun and ended.
  private let turns = Atomic<UInt64>(0)
  private let epoch = Atomic(0)
  private let step = Atomic(0)
  /// The last one; not looked up when it is told, for the disk may be what hangs.
  private let checkpoint = Mutex<String?>(nil)
  private let condition = NSCondition()
  private var isOver = false

  /// - Parameter limit: how long nothing may move, in seconds; 0 watches nothing.
  init(limit: Int, _ subject: Subject) {
    self.limit = limit
    self.subject = subject
  }

  /// Watches until ``stop()``.
  func start() {
    if limit == 0 { return }
    let thread = Thread { [self] in watch() }
    thread.name = "watchdog"
    thread.start()
  }

  /// Runs a part of the run that may hang.
  func during<Result>(
    _ stage: Stage, at position: RunPosition, _ body: () throws -> Result
  ) rethrows -> Result {
    epoch.store(position.epoch, ordering: .relaxed)
    step.store(position.step, ordering: .relaxed)
    enter(stage)
    defer { enter(.unwatched) }
    return try body()
  }

  /// Says that there is a new last checkpoint.
  func keep(checkpoint path: String) { checkpoint.withLock { $0 = path } }

  private func enter(_ stage: Stage) {
    self.stage.store(stage.rawValue, ordering: .relaxed)
    turns.add(1, ordering: .relaxed)
  }

  /// Ends the watch, without waiting for the thread.
  func stop() {
    condition.withLock {
      isOver = true
      condition.signal()
    }
  }
}

extension Watchdog {
  /// Everything that moves while a run makes progress.
  private struct Counters: Equatable {
    let turns: UInt64
    let workers: [UInt64]
    let decoders: [UInt64]
  }

  /// Counts its own looks instead of the time: a process that was stopped (or a laptop that slept) has made no
  /// progress, but does not hang.
  private func watch() {
    let pause = min(Double(limit) / 8, 1)
    var last: Counters?
    var still = 0.0
    while sleep(pause) {
      let (workers, decoders) = (subject.workers(), subject.decoders())
      let now = Counters(
        turns: turns.load(ordering: .relaxed), workers: workers.map(\.progress),
        decoders: decoders.map(\.images))
      let stage = Stage(rawValue: stage.load(ordering: .relaxed)) ?? .unwatched
      still = now == last && stage != .unwatched ? still + pause : 0
      last = now
      if still >= Double(limit) { return subject.tell(stall(in: stage, workers, decoders)) }
    }
  }

  /// False where the watch is over.
  private func sleep(_ seconds: Double) -> Bool {
    condition.withLock {
      let end = Date(timeIntervalSinceNow: seconds)
      while !isOver && condition.wait(until: end) {}
      return !isOver
    }
  }

  private func stall(in stage: Stage, _ workers: [WorkerActivity], _ decoders: [LoaderActivity]) -> Stall {
    let (place, count) = place(stage, workers, decoders)
    return Stall(
      place: place, others: count - 1, seconds: limit, epoch: epoch.load(ordering: .relaxed) + 1,
      step: step.load(ordering: .relaxed) + 1,
      checkpoint: checkpoint.withLock { $0 })
  }

  /// Who has been at it longest, and how many are.
  private func place(
    _ stage: Stage, _ workers: [WorkerActivity], _ decoders: [LoaderActivity]
  ) -> (Stall.Place, count: Int) {
    let working = workers.filter(\.isWorking)
    if let worker = working.max(by: { $0.seconds < $1.seconds }), let phase = worker.phase {
      return (.worker(worker.worker, phase: "\(phase)"), working.count)
    }
    let reading = decoders.filter { $0.path != nil }
    if stage != .saving, let lane = reading.max(by: { $0.seconds < $1.seconds }), let path = lane.path {
      return (.loader(lane: lane.lane, path: path), reading.count)
    }
    if stage == .saving { return (.saving(folder: subject.folder), 1) }
    return (.elsewhere(stage == .batch ? "waiting for images" : "\(stage)"), 1)
  }
}
