import Kernels
import Randomness

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

  /// The images of the shard, for the draws made for them.
  private(set) var samples: UnsafePointer<UInt64>?
  private(set) var seed: UInt64 = 0
  private(set) var epoch = 0

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

  /// Forward, loss and backward of one shard.
  /// - Parameters:
  ///   - shard: the images, labels and identities, ``Plan/batch`` of each.
  ///   - gradients: gets the gradient of the images' summed loss for every parameter, in the table's places.
  ///   - statistics: gets mean and (biased) variance of every batch norm, in the table's places.
  public func train(
    _ shard: Shard, gradients: UnsafeMutablePointer<Float>, statistics: UnsafeMutablePointer<Float>,
    seed: UInt64, epoch: Int
  ) throws(KernelError) -> SoftmaxCrossEntropy.Result {
    precondition(plan.purpose == .training, "the plan has no backward pass")
    self.gradients = gradients
    self.statistics = statistics
    self.seed = seed
    self.epoch = epoch
    profile?.begin()
    try forward(shard)
    profile?.enter(plan.operations.count)
    let result = SoftmaxCrossEntropy.run(
      scores: floats(plan.scores), labels: shard.labels, count: plan.batch, classes: plan.classes,
      gradient: floats(plan.scoresGradient))
    profile?.mark(.forward)
    for index in plan.operations.indices.reversed() {
      profile?.enter(index)
      try plan.operations[index].backward(self)
      profile?.endBackward()
    }
    return result
  }

  /// Scores of one shard's images, `[batch, classes]`; they stay until the replica runs again.
  public func scores(_ shard: Shard) throws(KernelError) -> UnsafeBufferPointer<Float> {
    try forward(shard)
    return UnsafeBufferPointer(start: floats(plan.scores), count: plan.batch * plan.classes)
  }

  private func forward(_ shard: Shard) throws(KernelError) {
    addresses[0] = UnsafeMutableRawPointer(mutating: shard.images)
    samples = shard.samples
    for index in plan.operations.indices {
      profile?.enter(index)
      try plan.operations[index].forward(self)
      profile?.mark(.forward)
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
  /// Class indices.
  public let labels: UnsafePointer<Int32>
  /// Identities.
  public let samples: UnsafePointer<UInt64>

  /// Creates a shard from the addresses of its first image, label and identity.
  public init(
    images: UnsafePointer<Float>, labels: UnsafePointer<Int32>, samples: UnsafePointer<UInt64>
  ) {
    self.images = images
    self.labels = labels
    self.samples = samples
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
    gradients + table.parameters[index].offset
  }

  func statistic(_ index: Int) -> UnsafeMutablePointer<Float> {
    statistics + table.statistics[index].offset
  }

  func runningStatistic(_ index: Int) -> UnsafeMutablePointer<Float> {
    runningStatistics + table.statistics[index].offset
  }
}
