import Foundation
import Kernels

/// Threads that wait for work: one for each worker, each running its kernels alone. Where they fill the physical
/// cores that the process may use, each has one of its own; where they are fewer, the system places them, so that
/// two runs on one machine do not meet on the first processors.
public final class WorkerGroup: Sendable {
  /// How many workers there are.
  public let count: Int
  private let gate: WorkerGate
  private let statuses: WorkerStatuses

  /// Starts the workers.
  public init(count: Int) {
    precondition(count > 0, "a group has at least one worker")
    self.count = count
    let statuses = WorkerStatuses(count: count)
    self.statuses = statuses
    let gate = WorkerGate()
    self.gate = gate
    let places = ProcessorSupply.current.places(ofWorkers: count)
    for index in 0..<count {
      let thread = Thread {
        // A refusal costs speed alone: the scheduler places the thread then.
        if let places { Processors.pinCallingThread(to: places[index]) }
        gate.work(as: index, ready: Result { try Engine.useOneThread() }, statuses)
      }
      thread.name = "worker \(index)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  deinit { gate.stop() }

  /// Runs `body` once on every worker with the worker's number, and waits for all of them.
  /// - Throws: the failure that came first, after every worker has ended: nobody is left behind.
  public func run(_ phase: WorkPhase, _ body: @escaping (Int) throws -> Void) throws {
    try gate.run(phase, body, workers: count)
  }

  /// Runs `fault` at the start of every phase from now on, on every worker: what it throws is the worker's failure.
  /// For tests of failures alone.
  package func inject(_ fault: @escaping @Sendable (WorkPhase, _ worker: Int) throws -> Void) {
    gate.inject(fault)
  }

  /// Says that a worker has taken a piece of its phase's work: it makes progress.
  public func advance(_ worker: Int) { statuses[worker].advance() }

  /// What every worker does now, in order. Any thread may ask, at any time; nobody is held up.
  public var activity: [WorkerActivity] { statuses.activity }

  /// Runs `body` on one worker: for work that must not be parallel, such as making primitives.
  public func runOnce<Result>(_ phase: WorkPhase, _ body: @escaping () throws -> Result) throws -> Result {
    var result: Result?
    try run(phase) { worker in
      if worker == 0 { result = try body() }
    }
    guard let result else { preconditionFailure("worker 0 neither ran nor failed") }
    return result
  }
}

/// Where workers wait between two phases.
///
/// Ownership: `condition` guards every field; `job` is read by the workers of one phase only.
private final class WorkerGate: @unchecked Sendable {
  private struct Job {
    let phase: WorkPhase
    let body: (Int) throws -> Void
    let fault: (@Sendable (WorkPhase, Int) throws -> Void)?

    func run(as worker: Int) throws {
      try fault?(phase, worker)
      try body(worker)
    }
  }

  private let condition = NSCondition()
  /// Phases begun.
  private var round = 0
  private var working = 0
  private var job: Job?
  private var failure: (any Error)?
  private var fault: (@Sendable (WorkPhase, Int) throws -> Void)?
  private var isStopping = false

  func run(_ phase: WorkPhase, _ body: @escaping (Int) throws -> Void, workers: Int) throws {
    condition.lock()
    defer { condition.unlock() }
    job = Job(phase: phase, body: body, fault: fault)
    failure = nil
    working = workers
    round += 1
    condition.broadcast()
    while working > 0 { condition.wait() }
    job = nil
    if let failure { throw failure }
  }

  /// Takes part in every phase until the group goes. A worker that is not `ready` fails every phase.
  func work(as index: Int, ready: Result<Void, any Error>, _ statuses: WorkerStatuses) {
    let status = statuses[index]
    var seen = 0
    while let job = nextJob(after: &seen) {
      status.begin(job.phase, at: statuses.now)
      let outcome = ready.flatMap { Result { try job.run(as: index) } }
      status.end(at: statuses.now)
      finish(outcome)
    }
  }

  /// The next phase's work; nil when the group goes.
  private func nextJob(after seen: inout Int) -> Job? {
    condition.lock()
    defer { condition.unlock() }
    while round == seen && !isStopping { condition.wait() }
    seen = round
    return isStopping ? nil : job
  }

  private func finish(_ outcome: Result<Void, any Error>) {
    condition.lock()
    if case .failure(let error) = outcome, failure == nil { failure = error }
    working -= 1
    if working == 0 { condition.broadcast() }
    condition.unlock()
  }

  func inject(_ fault: @escaping @Sendable (WorkPhase, Int) throws -> Void) {
    condition.withLock { self.fault = fault }
  }

  func stop() {
    condition.lock()
    isStopping = true
    condition.broadcast()
    condition.unlock()
  }
}
