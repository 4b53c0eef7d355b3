import Kernels

/// One replica's state for one plan: its arena, what it needs to call the primitives, and where the shard
/// at hand reads and writes.
///
/// Ownership: one thread at a time. Running it allocates nothing.
public final class ReplicaRun {
  let plan: Plan
  private let table: ParameterTable
  private let arena: Arena
  private let calls: [PrimitiveCall]
  private let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>

  /// The weights that the replicas share.
  private let parameters: UnsafeMutablePointer<Float>
  private let runningStatistics: UnsafeMutablePointer<Float>
  /// The shard's own gradients and statistics.
  private var gradients: UnsafeMutablePointer<Float>
  private var statistics: UnsafeMutablePointer<Float>
  /// What all shards know together, where the plan's batch norms are over the whole mini-batch.
  private var whole: WholeBatch?
  /// What is minimised.
  private var objective = ClassificationLoss()

  /// The images of the shard, for the draws made for them.
  private(set) var samples: UnsafePointer<UInt64>?
  private(set) var seed: UInt64 = 0
  private(set) var epoch = 0
  private(set) var step = 0

  /// Where the time of its steps goes; nil unless somebody asked.
  private var profile: StepProfile?

  /// Prepares a replica for a plan.
  /// - Parameters:
  ///   - arena: at least the plan's ``Plan/arenaByteCount``; the plans of one replica share it.
  ///   - parameters: the arena of the trained parameters.
  ///   - runningStatistics: the arena of the running statistics.
  public init(
    _ plan: Plan, table: ParameterTable, arena: Arena, parameters: Arena, runningStatistics: Arena
  ) throws(KernelError) {
    precondition(arena.byteCount >= plan.arenaByteCount, "the arena is too small for the plan")
    self.plan = plan
    self.table = table
    self.arena = arena
    self.parameters = parameters.floats
    self.runningStatistics = runningStatistics.floats
    gradients = parameters.floats
    statistics = runningStatistics.floats
    calls = try plan.primitives.map { primitive throws(KernelError) in try PrimitiveCall(primitive) }
    addresses = .allocate(capacity: plan.offsets.count)
    for (index, offset) in plan.offsets.enumerated() {
      (addresses + index).initialize(to: arena.base + offset)
    }
  }

  deinit { addresses.deallocate() }

  /// Forward, loss and backward of one shard, in one go: for a plan whose batch norms are over the shard.
  /// - Parameters:
  ///   - shard: the images, labels and identities, ``Plan/batch`` of each.
  ///   - gradients: gets the gradient of the images' summed loss for every parameter, in the table's places.
  ///   - statistics: gets mean and (biased) variance of every batch norm, in the table's places.
  ///   - objective: what is minimised.
  ///   - epoch: keys what is drawn for each image.
  ///   - step: keys what is drawn once for all images of a step.
  public func train(
    _ shard: Shard, gradients: UnsafeMutablePointer<Float>, statistics: UnsafeMutablePointer<Float>,
    objective: ClassificationLoss = ClassificationLoss(), seed: UInt64, epoch: Int, step: Int
  ) throws(KernelError) -> SoftmaxCrossEntropy.Result {
    begin(
      shard, gradients: gradients, statistics: statistics, whole: nil, objective: objective, seed: seed,
      epoch: epoch, step: step)
    for segment in plan.segments.indices { try forward(segment: segment) }
    let result = loss(shard)
    for segment in plan.segments.indices.reversed() { try backward(segment: segment) }
    return result
  }

  /// The way forward of training alone, for what batch norms see: for a plan whose batch norms are over the shard.
  /// - Parameters:
  ///   - gradients: stays as it is.
  ///   - statistics: gets mean and (biased) variance of every batch norm, in the table's places.
  public func observe(
    _ shard: Shard, gradients: UnsafeMutablePointer<Float>, statistics: UnsafeMutablePointer<Float>,
    seed: UInt64, epoch: Int, step: Int
  ) throws(KernelError) {
    begin(
      shard, gradients: gradients, statistics: statistics, whole: nil, seed: seed, epoch: epoch, step: step)
    for segment in plan.segments.indices { try forward(segment: segment) }
  }

  /// Scores of one shard's images, `[batch, classes]`; they stay until the replica runs again.
  public func scores(_ shard: Shard) throws(KernelError) -> UnsafeBufferPointer<Float> {
    take(shard)
    for segment in plan.segments.indices { try forward(segment: segment) }
    return UnsafeBufferPointer(start: floats(plan.scores), count: plan.batch * plan.classes)
  }

  func take(_ shard: Shard) {
    addresses[0] = UnsafeMutableRawPointer(mutating: shard.images)
    samples = shard.samples
  }
}

/// A step in parts, between which the shards of a mini-batch meet: begin, every segment forward, the loss, every
/// segment backward from the last one on.
extension ReplicaRun {
  /// Begins a step.
  /// - Parameters:
  ///   - shard: the images, labels and identities, ``Plan/batch`` of each.
  ///   - gradients: gets the gradient of the images' summed loss for every parameter, in the table's places.
  ///   - statistics: gets mean and (biased) variance of every batch norm, in the table's places.
  ///   - whole: what all shards know together, for a plan with ``Plan/synchronizedNorms``.
  ///   - objective: what is minimised.
  ///   - epoch: keys what is drawn for each image.
  ///   - step: keys what is drawn once for all images of a step.
  public func begin(
    _ shard: Shard, gradients: UnsafeMutablePointer<Float>, statistics: UnsafeMutablePointer<Float>,
    whole: WholeBatch?, objective: ClassificationLoss = ClassificationLoss(), seed: UInt64, epoch: Int,
    step: Int
  ) {
    precondition(plan.purpose == .training, "the plan has no backward pass")
    take(shard)
    self.gradients = gradients
    self.statistics = statistics
    self.whole = whole
    self.objective = objective
    self.seed = seed
    self.epoch = epoch
    self.step = step
  }

  /// The way forward through a segment.
  public func forward(segment: Int) throws(KernelError) {
    profile?.begin()
    for index in plan.segments[segment] {
      profile?.enter(index)
      try plan.operations[index].forward(self)
      profile?.mark(.forward)
    }
  }

  /// The images' loss, and its gradient with respect to the scores.
  public func loss(_ shard: Shard) -> SoftmaxCrossEntropy.Result {
    profile?.begin()
    profile?.enter(plan.operations.count)
    defer { profile?.mark(.forward) }
    return SoftmaxCrossEntropy.run(
      scores: floats(plan.scores), labels: shard.labels, count: plan.batch, classes: plan.classes,
      loss: objective, gradient: floats(plan.scoresGradient))
  }

  /// The way back through a segment.
  public func backward(segment: Int) throws(KernelError) {
    profile?.begin()
    for index in plan.segments[segment].reversed() where plan.hasBackward[index] {
      profile?.enter(index)
      try plan.operations[index].backward(self)
      profile?.endBackward()
    }
  }
}

/// Profiling.
extension ReplicaRun {
  /// Records from now on where the time of its steps goes, from zero.
  /// - Parameter recorder: gets every pass with its times as well.
  public func startProfile(recorder: WorkRecorder? = nil) { profile = StepProfile(plan, recorder: recorder) }

  /// Ends recording.
  /// - Returns: seconds and operations of all steps since the start.
  public func takeProfile() -> [ProfileRow] {
    defer { profile = nil }
    return profile?.rows ?? []
  }

  /// Called by an operation on its way back, between its parts: what ran since the last mark was `pass`.
  func mark(_ pass: ProfiledPass) { profile?.mark(pass) }
}

/// A shard's images within a mini-batch.
public struct Shard {
  /// Normalised pixels, NCHW.
  public let images: UnsafePointer<Float>
  /// What training is told to find in them.
  public let labels: ImageLabels
  /// Identities.
  public let samples: UnsafePointer<UInt64>

  /// Creates a shard from the addresses of its first image, label and identity.
  public init(
    images: UnsafePointer<Float>, labels: ImageLabels, samples: UnsafePointer<UInt64>
  ) {
    self.images = images
    self.labels = labels
    self.samples = samples
  }
}

/// What the shards of a mini-batch know together: statistics on the way forward and sums of gradients on the way
/// back, each from the moment when all shards have met.
public struct WholeBatch {
  /// The mini-batch's mean and variance of every batch norm, in the table's places.
  public let statistics: UnsafePointer<Float>
  /// The mini-batch's gradients of every batch norm's scale and shift, in the table's places.
  public let gradients: UnsafePointer<Float>
  /// Images of all shards.
  public let images: Int

  /// Creates it from addresses that stay for the step.
  public init(statistics: UnsafePointer<Float>, gradients: UnsafePointer<Float>, images: Int) {
    self.statistics = statistics
    self.gradients = gradients
    self.images = images
  }
}

/// What operations ask for while they run.
extension ReplicaRun {
  func address(_ buffer: BufferID) -> UnsafeMutableRawPointer { addresses[buffer] }

  func floats(_ buffer: BufferID) -> UnsafeMutablePointer<Float> {
    addresses[buffer].assumingMemoryBound(to: Float.self)
  }

  func call(_ primitive: Int) -> PrimitiveCall { calls[primitive] }

  func weights(_ source: WeightSource) -> UnsafeMutableRawPointer {
    switch source {
    case .parameter(let index): UnsafeMutableRawPointer(parameter(index))
    case .view(let index): table.views[index].memory.base
    }
  }

  func parameter(_ index: Int) -> UnsafeMutablePointer<Float> {
    parameters + table.parameters[index].offset
  }

  func gradient(_ index: Int) -> UnsafeMutablePointer<Float> {
    gradients + table.gradientOffset(of: index)
  }

  func statistic(_ index: Int) -> UnsafeMutablePointer<Float> {
    statistics + table.statistics[index].offset
  }

  func runningStatistic(_ index: Int) -> UnsafeMutablePointer<Float> {
    runningStatistics + table.statistics[index].offset
  }

  /// Images of all shards of the mini-batch.
  var wholeImages: Int { synchronized.images }

  func wholeStatistic(_ index: Int) -> UnsafePointer<Float> {
    synchronized.statistics + table.statistics[index].offset
  }

  func wholeGradient(_ index: Int) -> UnsafePointer<Float> {
    synchronized.gradients + table.gradientOffset(of: index)
  }

  private var synchronized: WholeBatch {
    guard let whole else { preconditionFailure("the plan's batch norms are over the whole mini-batch") }
    return whole
  }
}
