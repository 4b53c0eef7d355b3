import CProcessors
import Dispatch
import Datasets
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
  /// Seconds that it has been at work, and the processor time that it has used, up to the end of the last images that
  /// it took.
  public let workSeconds, cpuSeconds: Double
}

/// A decoder's activity, written by the decoder and read by anyone, without locks. A reader may see the time of an
/// image with the one before it, which is near enough for what it is for.
final class LaneStatus: Sendable {
  /// The index of the sample under way; negative while resting.
  private let sample = Atomic(-1)
  private let since = Atomic(DispatchTime.now().uptimeNanoseconds)
  private let images = Atomic<UInt64>(0)
  /// Nanoseconds.
  private let work = Atomic<UInt64>(0)
  private let cpu = Atomic<UInt64>(0)
  /// Keeps the words of two lanes on lines of their own, so that one's stores do not cost the other time.
  private let padding = InlineArray<11, UInt64>(repeating: 0)

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

  /// Runs a piece of the decoder's work, and adds its time.
  func timed<Result>(_ body: () -> Result) -> Result {
    let (start, cpuStart) = (DispatchTime.now().uptimeNanoseconds, cprocessors_thread_time())
    defer {
      work.add(DispatchTime.now().uptimeNanoseconds - start, ordering: .relaxed)
      cpu.add(cprocessors_thread_time() - cpuStart, ordering: .relaxed)
    }
    return body()
  }

  /// What decoder `lane` does now.
  func read(lane: Int, _ samples: [ImageSample]) -> LoaderActivity {
    let sample = sample.load(ordering: .relaxed)
    let (now, since) = (DispatchTime.now().uptimeNanoseconds, since.load(ordering: .relaxed))
    return LoaderActivity(
      lane: lane, path: sample < 0 ? nil : samples[sample].path,
      seconds: now > since ? Double(now - since) / 1e9 : 0, images: images.load(ordering: .relaxed),
      workSeconds: Double(work.load(ordering: .relaxed)) / 1e9,
      cpuSeconds: Double(cpu.load(ordering: .relaxed)) / 1e9)
  }
}
