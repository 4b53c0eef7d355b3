import Foundation
import Kernels

/// Threads that wait for work: one for each worker, each running its kernels alone. Where they are as many as
/// the processors that the process may use, each has one of its own; where they are fewer, the system places
/// them, so that two runs on one machine do not meet on the first processors.
public final class WorkerGroup: Sendable {
  /// How many workers there are.
  public let count: Int
  private let gate: WorkerGate

  /// Starts the workers.
  public init(count: Int) {
    precondition(count > 0, "a group has at least one worker")
    self.count = count
    let gate = WorkerGate()
    self.gate = gate
    let processors = Processors.usable
    for index in 0..<count {
      let thread = Thread {
        // A refusal costs speed alone: the scheduler places the thread then.
        if processors.count == count { Processors.pinCallingThread(to: [processors[index]]) }
        gate.work(as: index, ready: Result { try Engine.useOneThread() })
      }
      thread.name = "worker \(index)"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  deinit { gate.stop() }

  /// Runs `body` once on every worker with the worker's number, and waits for all of them.
  /// - Throws: the failure that came first, after every worker has ended: nobody is left behind.
  public func run(_ body: @escaping (Int) throws -> Void) throws {
    try gate.run(body, workers: count)
  }

  /// Runs `body` on one worker: for work that must not be parallel, such as making primitives.
  public func runOnce<Result>(_ body: @escaping () throws -> Result) throws -> Result {
    var result: Result?
    try run { worker in
      if worker == 0 { result = try body() }
    }
    guard let result else { preconditionFailure("worker 0 neither ran nor failed") }
    return result
  }
}

/// Where workers wait between two phases.
///
/// Ownership: `condition` guards every field; `body` is read by the workers of one phase only.
private final class WorkerGate: @unchecked Sendable {
  private let condition = NSCondition()
  private var phase = 0
  private var working = 0
  private var body: ((Int) throws -> Void)?
  private var failure: (any Error)?
  private var isStopping = false

  func run(_ body: @escaping (Int) throws -> Void, workers: Int) throws {
    condition.lock()
    defer { condition.unlock() }
    self.body = body
    failure = nil
    working = workers
    phase += 1
    condition.broadcast()
    while working > 0 { condition.wait() }
    self.body = nil
    if let failure { throw failure }
  }

  /// Takes part in every phase until the group goes. A worker that is not `ready` fails every phase.
  func work(as index: Int, ready: Result<Void, any Error>) {
    var seen = 0
    while let outcome = performNext(after: &seen, as: index, ready) {
      condition.lock()
      if case .failure(let error) = outcome, failure == nil { failure = error }
      working -= 1
      if working == 0 { condition.broadcast() }
      condition.unlock()
    }
  }

  /// Runs the next phase's body; nil when the group goes.
  private func performNext(
    after seen: inout Int, as index: Int, _ ready: Result<Void, any Error>
  ) -> Result<Void, any Error>? {
    guard let body = nextBody(after: &seen) else { return nil }
    return ready.flatMap { Result { try body(index) } }
  }

  private func nextBody(after seen: inout Int) -> ((Int) throws -> Void)? {
    condition.lock()
    defer { condition.unlock() }
    while phase == seen && !isStopping { condition.wait() }
    seen = phase
    return isStopping ? nil : body
  }

  func stop() {
    condition.lock()
    isStopping = true
    condition.broadcast()
    condition.unlock()
  }
}
