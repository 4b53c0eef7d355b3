import Kernels

/// What runs, for a network, a number of images and a purpose: primitives made once, and a place for every
/// activation. Immutable, shared by all replicas.
public final class Plan: Sendable {
  /// What a plan is for.
  public enum Purpose: Hashable, Sendable {
    /// Forward with the mini-batch's statistics, loss, backward.
    case training
    /// Forward with running statistics.
    case inference
  }

  /// Images that it takes at once.
  public let batch: Int
  /// What it is for.
  public let purpose: Purpose
  /// Scores for each image, or features where it makes those.
  public let classes: Int
  /// Bytes of activations, gradients of activations and scratch of one replica.
  public let arenaByteCount: Int
  /// The kernels that were chosen.
  public let kernels: [KernelChoice]
  /// The weight views that it reads, as indices into the table's.
  public let views: [Int]

  /// The batch norms at which all shards of a mini-batch meet, in the order of the way forward.
  public let synchronizedNorms: [SynchronizedNorm]

  /// The layers whose outputs can be looked at, in the order of the way forward.
  public let observations: [Observation]

  let operations: [any PlannedOperation]
  /// The operations between two meetings: one segment more than ``synchronizedNorms``.
  let segments: [Range<Int>]
  /// Which operations have something to do on the way back.
  let hasBackward: [Bool]
  /// The operations' names, in the same order.
  let labels: [OperationLabel]
  let primitives: [Primitive]
  let offsets: [Int]
  let scores: BufferID
  let scoresGradient: BufferID

  /// Compiles a network.
  /// - Parameters:
  ///   - part: which of its layers.
  ///   - set: the same for all plans of a table.
  ///   - synchronizesNorms: whether a training plan's batch norms are over the whole mini-batch, not the shard.
  ///   - observing: the paths of layers whose outputs can be looked at (``ReplicaRun/outputs(of:_:)``).
  ///   - table: where the state lies; the first plan decides the layouts in it.
  /// - Throws: ``NetworkError`` when shapes do not fit, ``KernelError`` when oneDNN can't.
  public init(
    _ network: Network, part: NetworkPart = .whole, batch: Int, purpose: Purpose, kernels set: KernelSet,
    synchronizesNorms: Bool = false, observing: Set<String> = [], table: ParameterTable, engine: Engine
  ) throws {
    let builder = PlanBuilder(
      batch: batch, training: purpose == .training, kernels: set, synchronizesNorms: synchronizesNorms,
      table: table, engine: engine)
    builder.observed = observing
    let shape = try network.input(of: part)
    var images = shape
    if case .vector(let count) = shape { images = .image(channels: count, height: 1, width: 1) }
    var input = try builder.images(builder.input(images), of: images)
    if case .vector = shape { input = try builder.flatten(input, name: "features") }
    let output = try network.nodes(of: part).lower(input, prefix: "", into: builder)
    self.batch = batch
    self.purpose = purpose
    classes = part == .whole ? try network.outputCount() : builder.shape(of: output).count
    (scores, scoresGradient) = try builder.finish(output)
    (offsets, arenaByteCount) = builder.placeBuffers()
    operations = builder.operations
    hasBackward = builder.hasBackward
    synchronizedNorms = builder.meetings.map(\.norm)
    let ends = builder.meetings.map(\.end) + [builder.operations.count]
    segments = zip([0] + ends, ends).map { $0..<$1 }
    labels = builder.labels
    primitives = builder.primitives
    kernels = builder.kernels
    views = builder.views.sorted()
    observations = builder.observations
  }
}

/// Which kernel does what: recorded in a run, printed with `--verbose`.
public struct KernelChoice: Codable, Equatable, Sendable {
  /// The layer's path.
  public let layer: String
  /// `forward`, `backward-data` or `backward-weights`.
  public let pass: String
  /// The kernel's name, oneDNN's or Convoy's own (`convoy_…`).
  public let kernel: String
}

/// A buffer of a plan; 0 is the mini-batch's images, which lie outside the arena.
typealias BufferID = Int

/// An operation of a plan. Immutable: what differs between replicas is in the ``ReplicaRun``.
protocol PlannedOperation: Sendable {
  func forward(_ run: ReplicaRun) throws(KernelError)
  func backward(_ run: ReplicaRun) throws(KernelError)
}
