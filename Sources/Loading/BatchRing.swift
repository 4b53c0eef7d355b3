import Augmentation
import Datasets
import Foundation
import Pixels

/// What the decoders and the training loop share: the slots, what to do next, and which batches are ready.
///
/// Ownership: every stored property is used under `condition` alone. A slot's memory is used without it: by
/// the decoders of its chunks until the last of them calls `finish`, then by the caller of `next` until
/// `recycle`. Every slot is free, pending or held, and batches leave `pending` in order.
final class BatchRing: @unchecked Sendable {
  /// How many images a decoder takes at a time, so that a small image costs a sixteenth of a lock.
  static let chunkSize = 16

  private let condition = NSCondition()
  private let laneCount: Int
  /// The decoders without work.
  private var idleLanes: [Int]
  /// How many may be at work.
  private var pace: LanePace
  private var free: [ImageBatch]
  /// The batches that are being filled or are ready, in order and without a gap.
  private var pending: [Assembly] = []
  /// The batches in the caller's hands.
  private var held: [ImageBatch] = []
  private var progress = Progress()
  private var record = BadImageRecord()
  private var waited: UInt64 = 0

  init(slots: [ImageBatch], laneCount: Int) {
    self.laneCount = laneCount
    idleLanes = Array((0..<laneCount).reversed())
    pace = LanePace(lanes: laneCount)
    free = slots.reversed()
    pending.reserveCapacity(slots.count)
    held.reserveCapacity(slots.count)
  }
}

// MARK: - Parts

extension BatchRing {
  /// A run of images in one batch, for one decoder to fill.
  struct Chunk: Sendable {
    let plan: EpochPlan
    let number: Int
    let batch: ImageBatch
    /// Positions in the batch.
    let positions: Range<Int>
  }

  /// What went wrong in a chunk or batch, by position in the batch.
  struct Outcome: Sendable {
    /// In the order in which a decoder met them.
    var bad: [Bad] = []
    var failure: (position: Int, error: LoadingError)?
  }

  /// A sample that could not be read.
  struct Bad: Sendable {
    let position: Int
    let sample: ImageSample
    let image: BadImage
    /// Whether another one was looked for, to take its place.
    let isReplaced: Bool
  }

  /// A slot on its way from free to held.
  private struct Assembly {
    let number: Int
    let batch: ImageBatch
    let size: Int
    /// How many positions, counted from the front, decoders have taken.
    var taken = 0
    /// How many positions decoders have finished.
    var done = 0
    var outcome = Outcome()
    /// Whether all is done that follows the last position.
    var isReady = false
  }

  /// How far the running epoch is.
  private struct Progress {
    /// Nil when no epoch is running.
    var plan: EpochPlan?
    /// False where batches at the front were left out.
    var isWhole = true
    /// The first batch that no decoder has begun.
    var nextBatch = 0
    /// A decoder met a failure: what is begun is finished, so that the first in order is known.
    var isFailing = false
    /// The failure that has reached the caller.
    var failure: LoadingError?
    var deliveredImages = 0
    var skippedImages = 0
    var firstSkipped: BadImage?

    var hasUnbegunBatch: Bool { nextBatch < (plan?.batchCount ?? 0) && !isFailing }
  }

  /// The bad images of all epochs, each once, as they were delivered.
  private struct BadImageRecord {
    var samples: [BadSample] = []
    var paths: Set<String> = []
  }
}

// MARK: - The caller's side

extension BatchRing {
  /// Abandons what is under way, waits for the decoders, and starts an epoch.
  /// - Returns: the decoders to start.
  func begin(_ plan: EpochPlan, at firstBatch: Int) -> [Int] {
    condition.withLock {
      abandon()
      progress = Progress(plan: plan, isWhole: firstBatch == 0, nextBatch: firstBatch)
      pace.beginEpoch()
      return wakeLanes()
    }
  }

  /// Abandons what is under way and waits for the decoders.
  func stop() {
    condition.withLock { abandon() }
  }

  /// Lets the decoders find no more work, without waiting for them.
  func cancel() {
    condition.withLock { progress = Progress() }
  }

  /// Says that the caller wants the next batch.
  /// - Returns: the decoders to start, where it would have to wait.
  func prepareNext() -> [Int] {
    condition.withLock {
      pace.wanted(mustWait: mustWait, hasSpare: pending.count > 1 && pending[1].isReady)
      return wakeLanes()
    }
  }

  /// Waits for the next batch: nil when the epoch has no more.
  func next() throws(LoadingError) -> ImageBatch? {
    condition.lock()
    defer { condition.unlock() }
    if mustWait {
      let start = DispatchTime.now().uptimeNanoseconds
      while mustWait { condition.wait() }
      waited += DispatchTime.now().uptimeNanoseconds - start
    }
    pace.delivered()
    if progress.plan == nil { throw .stopped }
    if let failure = progress.failure { throw failure }
    if pending.isEmpty {
      guard progress.isWhole, progress.deliveredImages == 0, let first = progress.firstSkipped else {
        return nil
      }
      throw .everyImageIsBad(count: progress.skippedImages, first: first)
    }
    return try deliver(pending.removeFirst())
  }

  /// Takes a batch back.
  /// - Returns: the decoders to start.
  func recycle(_ batch: ImageBatch) -> [Int] {
    condition.withLock {
      guard let index = held.firstIndex(where: { $0 === batch }) else {
        preconditionFailure("a batch is recycled once, to the loader that it came from")
      }
      held.remove(at: index)
      free.append(batch)
      return wakeLanes()
    }
  }

  /// The images that could not be read, each once, in the order in which their batches were delivered.
  var badSamples: [BadSample] { condition.withLock { record.samples } }

  /// How long `next` has waited, in seconds.
  var waitSeconds: Double { condition.withLock { Double(waited) / 1e9 } }

  /// True while a batch is on its way, and nothing can be said before it is ready.
  private var mustWait: Bool {
    if progress.plan == nil || progress.failure != nil { return false }
    if let first = pending.first { return !first.isReady }
    precondition(!progress.hasUnbegunBatch || !free.isEmpty, "recycle a batch before asking for another")
    return progress.hasUnbegunBatch
  }

  private func deliver(_ assembly: Assembly) throws(LoadingError) -> ImageBatch {
    if let failure = assembly.outcome.failure {
      free.append(assembly.batch)
      progress.failure = failure.error
      throw failure.error
    }
    for bad in assembly.outcome.bad where record.paths.insert(bad.image.path).inserted {
      record.samples.append(
        BadSample(sample: bad.sample, image: bad.image, epoch: progress.plan?.epoch ?? 0))
    }
    progress.firstSkipped = progress.firstSkipped ?? assembly.outcome.bad.first?.image
    progress.skippedImages += assembly.outcome.missing.count
    progress.deliveredImages += assembly.batch.count
    held.append(assembly.batch)
    return assembly.batch
  }

  private func abandon() {
    progress = Progress()
    condition.broadcast()
    while idleLanes.count < laneCount { condition.wait() }
    free.append(contentsOf: pending.map(\.batch))
    pending.removeAll(keepingCapacity: true)
  }
}

// MARK: - The decoders' side

extension BatchRing {
  /// The next chunk to fill. Nil when there is none now: the decoder is then idle until it is woken.
  func take(lane: Int) -> Chunk? {
    condition.withLock {
      if laneCount - idleLanes.count <= pace.limit, let chunk = nextChunk() { return chunk }
      idleLanes.append(lane)
      condition.broadcast()
      return nil
    }
  }

  /// Says that a chunk is filled, but for what went wrong. Whoever fills the last one of a batch completes it: takes
  /// out what could not be read, and mixes the rest.
  func finish(_ chunk: Chunk, _ outcome: Outcome) {
    let (size, missing): (Int?, [Int]) = condition.withLock {
      let index = chunk.number - pending[0].number
      pending[index].done += chunk.positions.count
      pending[index].outcome.merge(outcome)
      if outcome.failure != nil { progress.isFailing = true }
      guard pending[index].done == pending[index].size else { return (nil, []) }
      pending[index].outcome.sort()
      return (pending[index].size, pending[index].outcome.missing)
    }
    guard let size else { return }
    let batch = chunk.batch
    batch.count = size
    batch.remove(at: missing)
    batch.mix(
      chunk.plan.mixing(ofBatch: chunk.number, ImageSize(width: batch.width, height: batch.height)))
    condition.withLock {
      pending[chunk.number - pending[0].number].isReady = true
      condition.broadcast()
    }
  }

  /// Only the last of the pending batches can have positions that no decoder has taken.
  private func nextChunk() -> Chunk? {
    guard let plan = progress.plan else { return nil }
    if pending.last.map({ $0.taken == $0.size }) ?? true {
      guard progress.hasUnbegunBatch, let slot = free.popLast() else { return nil }
      let number = progress.nextBatch
      pending.append(Assembly(number: number, batch: slot, size: plan.range(ofBatch: number).count))
      progress.nextBatch += 1
    }
    let last = pending.count - 1
    let positions = pending[last].taken..<min(pending[last].taken + Self.chunkSize, pending[last].size)
    pending[last].taken = positions.upperBound
    return Chunk(plan: plan, number: pending[last].number, batch: pending[last].batch, positions: positions)
  }

  /// Picks as many idle decoders as there can be chunks for, and as the pace allows. One too many just rests again.
  private func wakeLanes() -> [Int] {
    guard let plan = progress.plan else { return [] }
    var chunks = pending.last.map { Self.chunkCount($0.size - $0.taken) } ?? 0
    if progress.hasUnbegunBatch {
      chunks += min(free.count, plan.batchCount - progress.nextBatch) * Self.chunkCount(plan.batchSize)
    }
    let allowed = max(0, pace.limit - (laneCount - idleLanes.count))
    let woken = Array(idleLanes.suffix(min(chunks, allowed)))
    idleLanes.removeLast(woken.count)
    return woken
  }

  private static func chunkCount(_ images: Int) -> Int { (images + chunkSize - 1) / chunkSize }
}

extension BatchRing.Outcome {
  /// The positions, ascending, that have no image.
  var missing: [Int] { bad.filter { !$0.isReplaced }.map(\.position) }

  /// Brings what was met into the order of the positions; at each it stays in the order in which it was met.
  mutating func sort() {
    bad = bad.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
      .map(\.element)
  }

  /// Adds what another chunk of the batch met. The failure at the lowest position stays.
  mutating func merge(_ other: BatchRing.Outcome) {
    bad += other.bad
    if let failure = other.failure, failure.position < self.failure?.position ?? .max {
      self.failure = failure
    }
  }
}
