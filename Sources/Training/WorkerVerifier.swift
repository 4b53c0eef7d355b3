import Networks

/// Checks on this machine that the number of workers and loader threads changes nothing: trains a few steps under each
/// and compares the weights after every step, bit for bit.
///
/// The steps are those of a training run with the same configuration, the partial batch at an epoch's end among them.
/// Nothing stays on the disk.
public struct WorkerVerifier: Sendable {
  private let configuration: RunConfiguration
  private let network: Network?
  private let workers: [Int]
  private let steps: Int
  /// Called before each step, for tests: the index of the trial, steps done, the session.
  var beforeStep: (@Sendable (Int, Int, RunSession) throws -> Void)?

  /// Prepares a verification.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  /// - Parameters:
  ///   - configuration: of the training; its `workers` and `loader-threads` are not used.
  ///   - network: a network instead of the one that the configuration names.
  ///   - workers: the counts to compare; at least two, each at least 1.
  ///   - steps: steps of each trial, at least 1.
  public init(
    configuration: RunConfiguration, network: Network? = nil, workers: [Int] = [1, 2, 4], steps: Int = 6
  ) throws(TrainingError) {
    if workers.count < 2 || workers.contains(where: { $0 < 1 }) {
      throw .invalidOption(
        name: "workers", value: workers.map(String.init).joined(separator: ","),
        reason: "must be two counts or more, each at least 1")
    }
    if steps < 1 { throw .invalidOption(name: "steps", value: "\(steps)", reason: "must be at least 1") }
    if let time = configuration.budget.time {
      throw .invalidOption(
        name: "time", value: "\(time)",
        reason: "makes the learning rate depend on the clock, so that no two runs are the same; leave it out")
    }
    var configuration = configuration
    configuration.workers = nil
    configuration.loaderThreads = nil
    configuration.profileLayers = false
    try configuration.validate()
    self.configuration = configuration
    self.network = network
    self.workers = workers
    self.steps = steps
  }

  /// Trains under each count and compares with the first.
  ///
  /// Throws what a training run throws.
  /// - Parameter onTrial: called after each trial.
  public func run(onTrial: (WorkerVerification.Trial) -> Void = { _ in }) throws -> WorkerVerification {
    var plan = try RunPlan(configuration, network: network)
    plan.imageLimit = Self.imageCount(plan, steps: steps)
    var verification = WorkerVerification(plan, steps: steps)
    var reference: [[UInt32]] = []
    for (index, count) in workers.enumerated() {
      plan.configuration.workers = count
      plan.configuration.loaderThreads = index + 1
      var (trial, digests) = try ProcessorCap.within(plan.configuration.threads) {
        try train(plan, trial: index)
      }
      if index == 0 { reference = digests }
      trial.parting = try parting(reference, digests, names: plan.network.parameters().map(\.name))
      verification.trials.append(trial)
      onTrial(trial)
    }
    return verification
  }

  /// Images for so many steps, of which the last one ends in a partial batch; fewer where there are not as many.
  private static func imageCount(_ plan: RunPlan, steps: Int) -> Int {
    let batch = plan.configuration.batchSize
    let partial = batch / 2 + 1
    let available = plan.data.splits.train.samples.count
    let wanted = ((steps - 1) * plan.configuration.accumulate) * batch + partial
    if wanted <= available || available < batch { return min(wanted, available) }
    return (available - partial) / batch * batch + partial
  }

  private func train(_ plan: RunPlan, trial: Int) throws -> (WorkerVerification.Trial, [[UInt32]]) {
    let session = try RunSession.withoutTrace(plan, observer: SilentObserver())
    var digests: [[UInt32]] = []
    let start = ContinuousClock.now
    while digests.count < steps {
      try session.beginEpoch()
      while digests.count < steps {
        try beforeStep?(trial, digests.count, session)
        guard try session.step() else { break }
        digests.append(session.replicas.digests)
      }
      if digests.count < steps { _ = session.progress.finishEpoch(validation: nil) }
    }
    return (
      WorkerVerification.Trial(
        workers: plan.configuration.workers ?? 1, loaderThreads: plan.configuration.loaderThreads ?? 1,
        seconds: start.seconds, weightsSHA256: WeightsDigest.sha256(of: try session.replicas.state())),
      digests
    )
  }

  private func parting(_ first: [[UInt32]], _ second: [[UInt32]], names: [String]) -> Parting? {
    for (step, (one, other)) in zip(first, second).enumerated() where one != other {
      let tensors = names.indices.filter { one[$0] != other[$0] }.map { names[$0] }
      return Parting(step: step + 1, epoch: nil, columns: tensors, losses: [])
    }
    return nil
  }
}

/// Hears nothing.
private struct SilentObserver: RunObserver {
  func receive(_ event: RunEvent) {}
}

/// What a verification found.
public struct WorkerVerification: Codable, Sendable {
  /// The steps under one count of workers.
  public struct Trial: Codable, Sendable {
    /// Worker threads.
    public var workers: Int
    /// Threads that read images.
    public var loaderThreads: Int
    /// Wall seconds.
    public var seconds: Double
    /// SHA-256 of the weights and running statistics at the end.
    public var weightsSHA256: String
    /// Where it parts from the first trial; nil where it does not.
    public var parting: Parting?
  }

  /// Steps of each trial.
  public var steps: Int
  /// Training images in use.
  public var images: Int
  /// Images of a batch.
  public var batchSize: Int
  /// Shards of a batch.
  public var shards: Int
  /// The network's name.
  public var model: String
  /// The type of activations.
  public var precision: PrecisionChoice
  /// In the order asked for.
  public var trials: [Trial] = []

  /// Whether all trials had the same bits.
  public var isEqual: Bool {
    trials.allSatisfy { $0.parting == nil && $0.weightsSHA256 == trials[0].weightsSHA256 }
  }

  init(_ plan: RunPlan, steps: Int) {
    self.steps = steps
    images = plan.samples.count
    batchSize = plan.configuration.batchSize
    shards = plan.configuration.shards ?? 1
    model = plan.network.name
    precision = plan.configuration.precision
  }
}
