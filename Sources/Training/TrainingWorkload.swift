import Kernels
import Loading
import Networks
import Parallel
import Pixels

/// The parts of a training run without the run: what profiles measure. Nothing is written.
///
/// Ownership: one caller at a time.
public final class TrainingWorkload {
  /// With every choice filled in.
  public let configuration: RunConfiguration
  /// What is trained.
  public let network: Network
  /// Training images, and how many there are.
  public let loader: BatchLoader
  /// See ``loader``.
  public let trainingImages: Int
  /// What trains.
  public let replicas: DataParallel

  /// The process's memory before the parts were made; nil where the system does not tell.
  private let baseline: ProcessMemory?
  private var steps = 0

  private init(_ plan: RunPlan) throws {
    baseline = ProcessMemory.current
    configuration = plan.configuration
    network = plan.network
    trainingImages = plan.data.splits.train.samples.count
    loader = try plan.loader(plan.data.splits.train.samples, forTraining: true)
    replicas = try plan.replicas()
  }

  deinit { loader.stop() }

  /// Makes the parts of a run as `convoy train` does, and keeps the process within its threads while `body` runs.
  ///
  /// Throws ``TrainingError``, `DatasetError` and `LoadingError` for what a person can mend.
  /// - Parameter network: a network to train instead of the one that the configuration names.
  public static func with<Result>(
    _ configuration: RunConfiguration, network: Network? = nil,
    _ body: (TrainingWorkload) throws -> Result
  ) throws -> Result {
    try configuration.validate()
    let plan = try RunPlan(configuration, network: network)
    return try ProcessorCap.within(plan.configuration.threads) { try body(TrainingWorkload(plan)) }
  }

  /// One training step, at a learning rate that leaves the weights about where they are: it costs the same, and
  /// does not diverge however often a batch is repeated.
  public func step(_ batch: ImageBatch) throws {
    if batch.count == 0 { return }
    try replicas.accumulate(batch, epoch: 0, step: steps)
    _ = try replicas.update(configuration.updateRule(learningRate: 1e-5, step: steps))
    steps += 1
  }
}

extension TrainingWorkload {
  /// The most memory that the steps will need. They save nothing.
  public var memory: RunSummary.Memory {
    RunSummary.Memory(compute: replicas.memory, loaders: [loader], baseline: baseline, savesState: false)
  }
}
