import Kernels
import Networks

/// One worker's copy of what a network needs to run, except the weights, which all replicas share.
///
/// Ownership: one worker at a time.
final class Replica: @unchecked Sendable {
  private var arena: Arena?
  private var runs: [PlanKey: ReplicaRun] = [:]
  private var isProfiled = false
  private var recorder: WorkRecorder?

  /// Prepares a plan, so that steps find everything made.
  func prepare(_ plan: Plan, _ key: PlanKey, _ weights: SharedWeights) throws {
    if runs[key] != nil { return }
    let usable = arena.map { $0.byteCount >= plan.arenaByteCount } ?? false
    let arena = usable ? self.arena : nil
    let memory = try arena ?? Arena(byteCount: plan.arenaByteCount)
    self.arena = memory
    let run = try ReplicaRun(
      plan, table: weights.table, arena: memory, parameters: weights.parameters,
      runningStatistics: weights.runningStatistics)
    if isProfiled && key.purpose == .training { run.startProfile(recorder: recorder) }
    runs[key] = run
  }

  /// The prepared plan.
  func run(_ key: PlanKey) -> ReplicaRun {
    guard let run = runs[key] else { preconditionFailure("the plan for \(key) was not prepared") }
    return run
  }

  /// Times the operations of training from now on, in the plans to come as well.
  /// - Parameter recorder: gets every pass with its times as well.
  func startProfile(recorder: WorkRecorder? = nil) {
    isProfiled = true
    self.recorder = recorder
    for (key, run) in runsBySize where key.purpose == .training { run.startProfile(recorder: recorder) }
  }

  /// Ends timing; what was recorded, the plan of the largest shards first.
  func takeProfile() -> [ProfileRow] {
    isProfiled = false
    recorder = nil
    return runsBySize.flatMap { $0.value.takeProfile() }
  }

  private var runsBySize: [(key: PlanKey, value: ReplicaRun)] {
    runs.sorted { $0.key.batch > $1.key.batch }
  }

  /// Bytes of the arena.
  var byteCount: Int { arena?.byteCount ?? 0 }
}

/// What distinguishes the plans of one network.
struct PlanKey: Hashable {
  let batch: Int
  let purpose: Plan.Purpose
  var part = NetworkPart.whole
}
