import Parallel
import Synchronization

/// The replicas of a run, which others may follow; the watchdog looks at whatever is there.
final class ReplicaHolder: Sendable {
  private struct State {
    /// Nil while one follows another: both may be too much for the memory.
    var replicas: DataParallel?
    /// Processor seconds of the workers of those before.
    var earlierSeconds = 0.0
  }

  private let state: Mutex<State>

  init(_ replicas: DataParallel) { state = Mutex(State(replicas: replicas)) }

  /// Those that train now.
  var replicas: DataParallel {
    guard let replicas = state.withLock({ $0.replicas }) else {
      preconditionFailure("the replicas before could not be followed")
    }
    return replicas
  }

  /// What the workers do now; nothing while others are made.
  var activity: [WorkerActivity] { state.withLock { $0.replicas }?.activity ?? [] }

  /// Processor seconds of all workers so far.
  var workerSeconds: Double {
    activity.reduce(state.withLock { $0.earlierSeconds }) { $0 + $1.cpuSeconds }
  }

  /// Lets others follow, which are made when those before are gone.
  func replace(by make: () throws -> DataParallel) throws {
    let seconds = workerSeconds
    state.withLock { $0 = State(replicas: nil, earlierSeconds: seconds) }
    let replicas = try make()
    state.withLock { $0.replicas = replicas }
  }
}
