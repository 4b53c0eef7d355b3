import Dispatch
import Synchronization

/// What a decoder of a loader was doing when somebody looked.
public struct LoaderActivity: Equatable, Sendable {
  /// The decoder's number, from 0.
  public let lane: Int
  /// The file that it is reading; nil while it rests.
  public let path: String?
  /// Seconds since it began with that file, or began to rest.
  public let seconds: Double
  /// Images that it has begun so far. It stands still while the decoder makes no progress.
  public let images: UInt64
}

/// A decoder's activity, written by the decoder and read by anyone, without locks. A reader may see the time of an
/// image with the one before it, which is near enough for what it is for.
final class LaneStatus: Sendable {
  /// The index of the sample under way; negative while resting.
  private let sample = Atomic(-1)
  private let since = Atomic(DispatchTime.now().uptimeNanoseconds)
  private let images = Atomic<UInt64>(0)
  /// Keeps the words of two lanes on lines of their own, so that one's stores do not cost the other time.
  private let padding = InlineArray<13, UInt64>(repeating: 0)

  /// Says that the decoder begins with a sample.
  func begin(sample index: Int) {
    since.store(DispatchTime.now().uptimeNanoseconds, ordering: .relaxed)
    sample.store(index, ordering: .relaxed)
    images.add(1, ordering: .relaxed)
  }

  /// Says that the decoder has done what it took.
  func rest() {
    since.store(DispatchTime.now().uptimeNanoseconds, ordering: .relaxed)
    sample.store(-1, ordering: .relaxed)
  }

  /// The sample under way, seconds since the last change, and the images begun so far.
  func read() -> (sample: Int?, seconds: Double, images: UInt64) {
    let sample = sample.load(ordering: .relaxed)
    let (now, since) = (DispatchTime.now().uptimeNanoseconds, since.load(ordering: .relaxed))
    return (
      sample < 0 ? nil : sample, now > since ? Double(now - since) / 1e9 : 0, images.load(ordering: .relaxed)
    )
  }
}
