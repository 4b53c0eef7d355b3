import Loading
import Networks
import Parallel
import Synchronization

/// A training run: a folder of images in, a trained network out.
///
///     let run = try TrainingRun(configuration: RunConfiguration(data: "data/flowers"), observer: printer)
///     let result = try run.run()
///
/// The trained weights depend on data, configuration and seed, and not on workers, threads, timing, or where the
/// run was stopped and resumed.
public final class TrainingRun: Sendable {
  /// What was asked for.
  public let configuration: RunConfiguration
  private let network: Network?
  private let stated: Set<RunConfiguration.CodingKeys>?
  private let faults: RunFaults
  private let observer: any RunObserver
  private let isStopRequested = Atomic(false)

  /// Prepares a run; nothing is read or written yet.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  /// - Parameters:
  ///   - network: a network to train instead of the one that `configuration.model` names.
  ///   - stated: the options that a person stated, which a resumed run must agree with; nil takes those that differ
  ///     from the defaults.
  ///   - observer: hears how the run goes.
  public convenience init(
    configuration: RunConfiguration, network: Network? = nil,
    stated: Set<RunConfiguration.CodingKeys>? = nil, observer: any RunObserver
  ) throws(TrainingError) {
    try self.init(
      configuration: configuration, network: network, stated: stated, observer: observer, faults: RunFaults())
  }

  /// A run with faults, for tests.
  package init(
    configuration: RunConfiguration, network: Network?,
    stated: Set<RunConfiguration.CodingKeys>? = nil, observer: any RunObserver, faults: RunFaults
  ) throws(TrainingError) {
    try configuration.validate()
    self.faults = faults
    self.configuration = configuration
    self.network = network
    self.stated = stated
    self.observer = observer
  }

  /// Whether a folder holds a run that can be resumed.
  package static func canResume(_ folder: String) -> Bool {
    !RunFolder(path: folder).checkpoints.entries().isEmpty
  }

  /// Asks the run to end after the step under way, with a checkpoint saved. From any thread, at any time.
  public func requestStop() {
    isStopRequested.store(true, ordering: .relaxed)
  }

  /// Trains until the last epoch is done, something else ends the run (``RunEnd``) or a stop was requested.
  ///
  /// Throws ``TrainingError``, `DatasetError` and `LoadingError` for what a person can mend. Call it once.
  public func run() throws -> RunResult {
    let (plan, saved) = try plan()
    return try ProcessorCap.within(plan.configuration.threads) {
      try train(RunSession(plan, resuming: saved, observer: observer, faults: faults))
    }
  }

  /// The learning rate of every step, as ``run()`` would have it, without training and without writing anything.
  ///
  /// Throws as ``run()`` does, and ``TrainingError/invalidOption(name:value:reason:)`` where the number of epochs
  /// depends on the clock.
  public func scheduleCurve() throws -> ScheduleCurve {
    try ScheduleCurve(plan().plan)
  }

  private func plan() throws -> (plan: RunPlan, saved: CheckpointFolder.Found?) {
    let saved = try configuration.resume.map { folder throws(TrainingError) in
      try RunFolder(path: folder).newestCheckpoint()
    }
    guard let saved else { return (try RunPlan(configuration, network: network), nil) }
    return (
      try RunPlan(configuration, network: network, stated: stated, resuming: saved.checkpoint.facts), saved
    )
  }

  private func train(_ session: RunSession) throws -> RunResult {
    try session.begin()
    while !session.isDone {
      try session.beginEpoch()
      while true {
        if isStopRequested.load(ordering: .relaxed) { return try session.stop() }
        guard try session.step(), try !session.mustEndEpoch() else { break }
        try session.saveWithinEpoch()
      }
      let score = try session.validate()
      try session.finishEpoch(score)
    }
    return try session.finish()
  }
}
