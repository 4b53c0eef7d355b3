import Datasets
import Dispatch
import Pixels

/// Loads batches of images ahead of the training loop: order, decode, augment, normalise, assemble.
///
/// Decoders run on Dispatch queues, `loaderThreads` of them at most, and fill a fixed ring of batches: when it
/// is full they rest until a batch is recycled. What a batch holds depends on samples, options and epoch, and
/// never on threads or timing.
///
///     loader.begin(epoch: 0)
///     while let batch = try loader.next() {
///       train(on: batch)
///       loader.recycle(batch)
///     }
///
/// Use it from one thread; only `stop()`, the counters and `activity` may be asked from another.
public final class BatchLoader: Sendable {
  /// How it works.
  public let options: LoaderOptions
  /// How many batches an epoch has, the last of which may be partial.
  public let batchesPerEpoch: Int
  private let samples: [ImageSample]
  private let ring: BatchRing
  private let reader: SampleReader
  private let cache: LoaderCache?
  /// A serial queue for each decoder: so many run at the same time and no more, and none waits for a thread
  /// of the shared pool.
  private let lanes: [DispatchQueue]
  private let statuses: [LaneStatus]
  let timeline = LoaderTimeline()

  /// A loader of these samples. Its batches are allocated here, and never again.
  /// - Throws: `LoadingError.noSamples` or `.invalidOption`.
  public convenience init(samples: [ImageSample], options: LoaderOptions) throws(LoadingError) {
    try self.init(samples: samples, options: options, fault: nil)
  }

  /// A loader that calls `fault` with the path of every image before it reads it: for tests of failures alone.
  package init(
    samples: [ImageSample], options: LoaderOptions, fault: (@Sendable (_ path: String) -> Void)?
  ) throws(LoadingError) {
    try options.validate()
    if samples.isEmpty { throw .noSamples }
    let samples =
      options.views.count == 1
      ? samples : samples.flatMap { [ImageSample](repeating: $0, count: options.views.count) }
    let size = options.preprocessing
    let slots = (0..<options.ringBatches).map { _ in
      ImageBatch(
        capacity: options.batchSize, channels: size.channels, height: size.height, width: size.width)
    }
    self.options = options
    self.samples = samples
    batchesPerEpoch = (samples.count + options.batchSize - 1) / options.batchSize
    ring = BatchRing(slots: slots, laneCount: options.loaderThreads)
    cache = options.cache.flatMap { LoaderCache($0, samples: samples, options: options) }
    reader = try SampleReader(samples: samples, options: options, cache: cache?.pixels, fault: fault)
    lanes = (0..<options.loaderThreads).map { DispatchQueue(label: "convoy.loader.\($0)") }
    statuses = lanes.map { _ in LaneStatus() }
  }

  deinit {
    // Decoders hold the ring and not the loader. They end by themselves when there is no more work.
    ring.cancel()
  }
}

extension BatchLoader {
  /// The samples of an epoch, counted from 0, in the order in which it visits them.
  /// - Parameter leftOut: as in ``begin(epoch:skippingBatches:leavingOut:)``.
  public func samples(inEpoch epoch: Int, leavingOut leftOut: Set<UInt64> = []) -> [ImageSample] {
    EpochPlan(samples: samples, options: options, epoch: epoch, leavingOut: leftOut).order.map { samples[$0] }
  }

  /// How many batches an epoch has that does without some of the samples. Complexity: linear in the samples.
  /// - Parameter leftOut: as in ``begin(epoch:skippingBatches:leavingOut:)``.
  public func batchesPerEpoch(leavingOut leftOut: Set<UInt64>) -> Int {
    if leftOut.isEmpty { return batchesPerEpoch }
    let count = samples.count { !leftOut.contains($0.identity) }
    return (count + options.batchSize - 1) / options.batchSize
  }

  /// Starts an epoch. One that is under way is abandoned: its batches in the caller's hands stay there.
  /// - Parameters:
  ///   - epoch: counted from 0. It enters the order and the augmentation.
  ///   - skippingBatches: how many batches to leave out at the front, 0 to `batchesPerEpoch`, for a run that
  ///     goes on in the middle of an epoch.
  ///   - leavingOut: the identities of samples that it does without.
  public func begin(epoch: Int, skippingBatches: Int = 0, leavingOut: Set<UInt64> = []) {
    let plan = EpochPlan(samples: samples, options: options, epoch: epoch, leavingOut: leavingOut)
    precondition(epoch >= 0 && (0...plan.batchCount).contains(skippingBatches), "no such epoch or batch")
    start(ring.begin(plan, at: skippingBatches))
  }

  /// Waits for the next batch, which is the caller's until it is recycled. Nil at the epoch's end.
  ///
  /// Batch k holds the images k * batchSize ..< (k + 1) * batchSize of the epoch's order, less those that could
  /// not be read: `count` is then lower, and 0 where none could. With `replacesBadImages` others of their classes,
  /// drawn by key, are in their places.
  /// - Throws: `LoadingError`: the first failure in the epoch's order, after the batches before it; or that no
  ///   image of the whole epoch could be read; or that no epoch is running.
  public func next() throws(LoadingError) -> ImageBatch? {
    start(ring.prepareNext())
    return try ring.next()
  }

  /// Gives a batch back, so that it can be filled again.
  public func recycle(_ batch: ImageBatch) {
    start(ring.recycle(batch))
  }

  /// Abandons the epoch and returns when no decoder is at work. `begin(epoch:skippingBatches:leavingOut:)` starts anew.
  public func stop() {
    ring.stop()
  }

  /// The images that could not be read, each once, in the order in which they were met.
  public var badImages: [BadImage] { badSamples.map(\.image) }

  /// The same with their samples, and the epochs in which they were met first.
  public var badSamples: [BadSample] { ring.badSamples }

  /// How much is kept of what was decoded; nil where nothing should be.
  public var cacheUse: CacheUse? { cache?.use }

  /// How long `next()` has waited for decoders so far, in seconds.
  public var waitSeconds: Double { ring.waitSeconds }

  /// What every decoder does now, in order. Nobody is held up.
  public var activity: [LoaderActivity] {
    statuses.enumerated().map { $1.read(lane: $0, samples) }
  }

  private func start(_ woken: [Int]) {
    for lane in woken {
      lanes[lane].async { [ring, reader, timeline, status = statuses[lane]] in
        var memory = DecoderMemory()
        while let chunk = ring.take(lane: lane) {
          let start = timeline.begin()
          let outcome = status.timed { reader.fill(chunk, in: &memory, status) }
          timeline.end(chunk, lane: lane, from: start)
          ring.finish(chunk, outcome)
        }
      }
    }
  }
}
