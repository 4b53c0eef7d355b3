import Datasets
import Dispatch
import Synchronization

/// What a decoder did: a chunk of a batch read, decoded, augmented and stored.
public struct LoaderSpan: Equatable, Sendable {
  /// The decoder, from 0.
  public let lane: Int
  /// The epoch, the batch of the epoch, and the images in the batch.
  public let epoch, batch: Int
  /// Positions in the batch.
  public let images: Range<Int>
  /// When, in nanoseconds of the system's monotonic clock.
  public let start, end: UInt64
}

/// Keeps what the decoders do while somebody wants to know. Room for it is made before; what comes when it is full
/// is counted and dropped. Off, it costs a look at a flag for each chunk.
final class LoaderTimeline: Sendable {
  private struct Record {
    var spans: [LoaderSpan] = []
    var capacity = 0
    var dropped = 0
  }

  private let isOn = Atomic(false)
  private let record = Locked(Record())

  func start(capacity: Int) {
    record.withLock { record in
      record = Record(capacity: capacity)
      record.spans.reserveCapacity(capacity)
    }
    isOn.store(true, ordering: .relaxed)
  }

  func take() -> (spans: [LoaderSpan], dropped: Int) {
    isOn.store(false, ordering: .relaxed)
    return record.withLock { record in
      defer { record = Record() }
      return (record.spans, record.dropped)
    }
  }

  /// The time, for ``end(_:lane:from:)``; 0 when nothing is kept.
  func begin() -> UInt64 { isOn.load(ordering: .relaxed) ? DispatchTime.now().uptimeNanoseconds : 0 }

  /// Keeps a chunk that began at `start`, unless that is 0.
  func end(_ chunk: BatchRing.Chunk, lane: Int, from start: UInt64) {
    if start == 0 { return }
    let end = DispatchTime.now().uptimeNanoseconds
    record.withLock { record in
      if record.spans.count < record.capacity {
        record.spans.append(
          LoaderSpan(
            lane: lane, epoch: chunk.plan.epoch, batch: chunk.number, images: chunk.positions, start: start,
            end: end))
      } else {
        record.dropped += 1
      }
    }
  }
}

extension BatchLoader {
  /// Keeps what the decoders do from now on.
  /// - Parameter spans: chunks to keep at most.
  public func startTimeline(spans: Int) { timeline.start(capacity: spans) }

  /// Ends what ``startTimeline(spans:)`` began.
  /// - Returns: the chunks in the order of their ends, and how many there was no room for.
  public func takeTimeline() -> (spans: [LoaderSpan], dropped: Int) { timeline.take() }
}
