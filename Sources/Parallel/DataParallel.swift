import Kernels
import Networks
import Pixels
import Synchronization

/// A network trained by replicas that travel in convoy: they start each step with the same weights, work on
/// their own shards of the mini-batch, and move on together after an all-reduce.
///
/// The result depends on the network, the seed, the mini-batches and the number of shards, and never on the
/// number of workers.
///
/// Ownership: one caller at a time.
public final class DataParallel: @unchecked Sendable {
  /// What each layer's passes run on.
  public let kernels: [KernelChoice]
  /// Scores for each image.
  public let classes: Int
  /// Workers, and shards of a full mini-batch.
  public let workers, shards: Int
  /// Mini-batches of a step at most.
  public let accumulation: Int

  let seed: UInt64
  let group: WorkerGroup
  /// One for each worker that computes shards, or for each shard where shards meet at batch norms; workers
  /// beyond the shards have none.
  let replicas: [Replica]
  let weights: SharedWeights
  let reduction: Reduction?
  /// The batch norms that are over the whole mini-batch.
  let norms: [SynchronizedNorm]
  /// Hands out shards, and whatever else is shared out piece by piece.
  let nextPiece = Atomic(0)
  /// Set by the caller between phases, read by the workers during them.
  var inHand: ShardsInHand?
  var underWay = StepUnderWay()
  var rule: UpdateRule?
  /// What is minimised. Set it between steps.
  public var objective = ClassificationLoss() {
    didSet {
      precondition(
        objective.classWeights.isEmpty || objective.classWeights.count == classes, "a weight for each class")
    }
  }
  /// Times the phases of steps; nil unless somebody asked.
  var stepClock: StepClock?
  /// Records what each worker does; empty unless somebody asked.
  var recorders: [WorkRecorder] = []
  /// The steps that were recorded, as the caller saw them.
  var recordedSteps: [RecordedStep] = []
  /// The phases of a step, made once so that a step allocates nothing.
  private(set) lazy var viewPhase: (Int) throws -> Void = { [unowned self] in try refreshViews(as: $0) }
  private(set) lazy var shardPhase: (Int) throws -> Void = { [unowned self] in try computeShards(as: $0) }
  private(set) lazy var stagePhase: (Int) throws -> Void = { [unowned self] in try computeStage(as: $0) }
  private(set) lazy var accumulationPhase: (Int) throws -> Void = { [unowned self] in
    accumulateSlices(as: $0)
  }
  private(set) lazy var gatherPhase: (Int) throws -> Void = { [unowned self] in gatherSlices(as: $0) }
  private(set) lazy var measurePhase: (Int) throws -> Void = { [unowned self] in measureSlices(as: $0) }
  private(set) lazy var updatePhase: (Int) throws -> Void = { [unowned self] in try updateSlices(as: $0) }

  /// Where features that never change can be taken, for ``features(_:)``; nil where no layers in front are frozen.
  public let featureCut: FeatureCut?

  /// What runs the network.
  public let kernelSet: KernelSet

  /// Whether batch norms train with the statistics of the whole mini-batch, not of the shard.
  public let synchronizesBatchNorm: Bool

  let network: Network
  let engine: Engine
  private var plans: [PlanKey: Plan] = [:]
  private var prepared: [PreparedCut: [Int]] = [:]

  /// Prepares training.
  /// - Parameters:
  ///   - batchSize: images of a full mini-batch.
  ///   - shards: fixed parts of a mini-batch; at most `batchSize`.
  ///   - workers: threads; those beyond `shards` idle.
  ///   - accumulation: mini-batches of a step at most; more than one takes memory for one gradient more.
  ///   - kernels: what the network runs on.
  ///   - synchronizesBatchNorm: whether batch norms train with the statistics of the whole mini-batch, not of
  ///     the shard. Every shard then holds its activations until the step ends.
  ///   - frozen: the layers that do not train: they cost neither a way back nor gradients and moments.
  ///   - settings: what single parameters have of their own, by name.
  ///   - seed: of the initial weights and of dropout.
  ///   - momentCount: values that the optimizer remembers for each weight; nil for inference alone.
  ///   - averageDecay: what an exponential moving average of the weights keeps of itself a step; nil keeps none.
  ///   - measuresUnits: whether steps bound the norms of output units: ``UpdateRule/measuresUnits``.
  /// - Throws: ``ParallelError`` for impossible settings, `NetworkError`, `KernelError`, `ArenaError`.
  public init(
    network: Network, batchSize: Int, shards: Int, workers: Int, accumulation: Int = 1,
    kernels set: KernelSet = KernelSet(fastestFor: .fp32), synchronizesBatchNorm: Bool = false,
    frozen: FrozenLayers = FrozenLayers(), settings: [String: ParameterSetting] = [:], seed: UInt64,
    momentCount: Int?, averageDecay: Float? = nil, measuresUnits: Bool = false
  ) throws {
    guard workers > 0 else { throw ParallelError.setting("workers: expected at least 1, got \(workers)") }
    guard shards > 0 else { throw ParallelError.setting("shards: expected at least 1, got \(shards)") }
    guard accumulation > 0 else {
      throw ParallelError.setting("accumulation: expected at least 1, got \(accumulation)")
    }
    guard batchSize >= shards else {
      throw ParallelError.setting(
        "a batch of \(batchSize) images cannot be cut into \(shards) shards: "
          + "use a larger batch or fewer shards")
    }
    guard set.isAvailable else {
      throw ParallelError.setting(
        "oneDNN's kernels for bf16 need AVX-512, which this processor lacks: use fp32, or Convoy's own kernels"
      )
    }
    self.network = network
    kernelSet = set
    self.synchronizesBatchNorm = synchronizesBatchNorm
    self.workers = workers
    self.shards = shards
    self.accumulation = accumulation
    self.seed = seed
    classes = try network.outputCount()
    let group = WorkerGroup(count: workers)
    let engine = try Engine()
    let frozenTensors = try frozen.tensors(of: network)
    let table = try ParameterTable(network, frozen: frozenTensors)
    let purpose: Plan.Purpose = momentCount == nil ? .inference : .training
    let key = PlanKey(batch: (batchSize + shards - 1) / shards, purpose: purpose)
    let plan = try group.runOnce(.preparing) {
      try Plan(
        network, batch: key.batch, purpose: purpose, kernels: set, synchronizesNorms: synchronizesBatchNorm,
        table: table, engine: engine)
    }
    self.group = group
    self.engine = engine
    plans[key] = plan
    kernels = plan.kernels
    let weights = try SharedWeights(
      table: table, momentCount: momentCount ?? 0, averageDecay: averageDecay, engine: engine)
    self.weights = weights
    reduction =
      momentCount == nil
      ? nil
      : try Reduction(
        table: table, shards: shards, workers: workers, accumulates: accumulation > 1, settings: settings,
        units: measuresUnits ? group.runOnce(.preparing) { try OutputUnits(weights) } : nil)
    featureCut = try network.featureCut(frozen: frozenTensors, kernels: set)
    norms = plan.synchronizedNorms
    replicas = (0..<(norms.isEmpty ? min(workers, shards) : shards)).map { _ in Replica() }
    try group.runOnce(.preparing) { [weights] in
      try weights.load(weights.table.order.map { $0.initialTensor(seed: seed) })
    }
    try prepare(ShardCut(images: batchSize, shards: shards), purpose)
  }

  /// What every worker does now, in order. Any thread may ask, at any time; nobody is held up.
  public var activity: [WorkerActivity] { group.activity }

  /// Runs `fault` at the start of every phase, on every worker: what it throws is the worker's failure. For tests of
  /// failures alone.
  package func inject(_ fault: @escaping @Sendable (WorkPhase, _ worker: Int) throws -> Void) {
    group.inject(fault)
  }

  /// Bytes that the compute side holds.
  public var memory: MemoryUse {
    MemoryUse(
      parameters: weights.parameters.byteCount + weights.runningStatistics.byteCount,
      views: weights.table.views.reduce(0) { $0 + $1.byteCount },
      moments: weights.moments.byteCount, gradients: reduction?.byteCount ?? 0,
      activations: replicas.reduce(0) { $0 + $1.byteCount },
      averages: weights.average?.byteCount ?? 0)
  }

  /// Makes the plans that a cut needs and readies every replica for them, once.
  /// - Returns: the weight views that these plans read.
  @discardableResult
  func prepare(_ cut: ShardCut, _ purpose: Plan.Purpose, of part: NetworkPart = .whole) throws -> [Int] {
    let preparedCut = PreparedCut(images: cut.images, purpose: purpose, part: part)
    if let views = prepared[preparedCut] { return views }
    var views: Set<Int> = []
    for size in Set((0..<cut.count).map { cut[$0].count }).sorted(by: >) {
      let key = PlanKey(batch: size, purpose: purpose, part: part)
      let plan =
        try plans[key]
        ?? group.runOnce(.preparing) { [self] in
          try Plan(
            network, part: part, batch: size, purpose: purpose, kernels: kernelSet,
            synchronizesNorms: synchronizesBatchNorm, table: weights.table, engine: engine)
        }
      plans[key] = plan
      views.formUnion(plan.views)
      try group.run(.preparing) { [self] worker in
        for index in stride(from: worker, to: replicas.count, by: workers) {
          try replicas[index].prepare(plan, key, weights)
        }
      }
    }
    prepared[preparedCut] = views.sorted()
    return views.sorted()
  }
}

/// A cut whose plans are ready.
private struct PreparedCut: Hashable {
  let images: Int
  let purpose: Plan.Purpose
  let part: NetworkPart
}

/// Bytes of the compute side, by what they are for.
public struct MemoryUse: Codable, Equatable, Sendable {
  /// Weights and running statistics.
  public let parameters: Int
  /// Weights in layouts that single kernels want.
  public let views: Int
  /// The optimizer's moments.
  public let moments: Int
  /// Gradients and statistics of all shards, and their sum where a step has several mini-batches.
  public let gradients: Int
  /// Activations, their gradients and scratch of all replicas.
  public let activations: Int
  /// The average that follows the weights.
  public let averages: Int

  /// All of it.
  public var total: Int { parameters + views + moments + gradients + activations + averages }
}

/// What a step did.
public struct StepResult: Sendable, Equatable {
  /// The mean loss of the images, in nats: what is minimised.
  public let loss: Double
  /// Images whose largest score was at their label, or at that of the larger share.
  public let correct: Int
  /// Images.
  public let count: Int
  /// The norm of the gradient of all that trains, that of the penalty included, before it was clipped.
  public var gradientNorm = 0.0
  /// The penalty at the weights before the step; 0 where the rule has none.
  public var penalty = 0.0
}
