import CKernels
import Randomness

/// The draws of a stream, many at once: the very numbers that `RandomStream.next()` gives one after another.
public struct RandomDraws: Sendable {
  private let key: SIMD2<UInt32>
  private let counter: SIMD3<UInt32>

  /// The draws of a stream from its beginning, whatever was drawn from it already.
  public init(_ stream: RandomStream) { (key, counter) = stream.philox }

  /// Writes `count` draws.
  /// - Parameter first: the number of the first one, a multiple of 4.
  public func fill(_ words: UnsafeMutablePointer<UInt32>, from first: Int, count: Int) {
    precondition(first % 4 == 0, "draws come in blocks of four")
    var (key, counter) = (key, counter)
    withUnsafeBytes(of: &key) { key in
      withUnsafeBytes(of: &counter) { counter in
        guard let key = key.baseAddress, let counter = counter.baseAddress else { return }
        ck_philox(
          key.assumingMemoryBound(to: UInt32.self), counter.assumingMemoryBound(to: UInt32.self),
          UInt32(truncatingIfNeeded: first / 4), count, words)
      }
    }
  }
}
