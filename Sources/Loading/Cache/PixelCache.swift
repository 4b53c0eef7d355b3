import Augmentation
import Datasets
import Pixels

/// The images of a loader as they were decoded, by their places among the samples.
///
/// What is there has the bits that decoding would give, so that a cache changes the speed alone. What does not fit is
/// not kept: an epoch visits every image once, so taking others out would only cost time.
protocol PixelCache: Sendable {
  /// Lends the pixels of a sample's image, without a copy of them.
  /// - Parameter use: gets them and their image's size, where it is there.
  /// - Returns: whether it is there.
  func lend(
    _ index: Int, to use: (Span<UInt8>, ImageSize) throws(LoadingError) -> Void
  ) throws(LoadingError) -> Bool
  /// Whether there is room for more images.
  var takesMore: Bool { get }
  /// Keeps the image of a sample, if there is room. What stays behind is of no use.
  func store(_ image: inout PixelBuffer, at index: Int)
  /// How much is there.
  var use: CacheUse { get }
}

/// A cache in memory.
final class MemoryCache: PixelCache {
  private struct Kept {
    var size: ImageSize
    var bytes: [UInt8]
  }

  private struct State {
    var images: [Kept?]
    var count = 0
    var bytes = 0
    var hits = 0
    var isFull = false
  }

  private let limit: Int
  private let state: Locked<State>

  /// A cache for so many samples.
  init(count: Int, limit: Int) {
    self.limit = limit
    state = Locked(State(images: Array(repeating: nil, count: count)))
  }

  func lend(
    _ index: Int, to use: (Span<UInt8>, ImageSize) throws(LoadingError) -> Void
  ) throws(LoadingError) -> Bool {
    let kept: Kept? = state.withLock { state in
      if state.images[index] != nil { state.hits += 1 }
      return state.images[index]
    }
    guard let kept else { return false }
    try use(kept.bytes.span, kept.size)
    return true
  }

  var takesMore: Bool { state.withLock { !$0.isFull } }

  func store(_ image: inout PixelBuffer, at index: Int) {
    let size = ImageSize(width: image.width, height: image.height)
    // Without the memory that the image keeps for others.
    let bytes = image.take().bytes
    state.withLock { state in
      if state.images[index] != nil { return }
      guard bytes.count <= limit - state.bytes else {
        state.isFull = true
        return
      }
      state.images[index] = Kept(size: size, bytes: bytes)
      state.count += 1
      state.bytes += bytes.count
    }
  }

  var use: CacheUse {
    state.withLock { state in
      CacheUse(
        kind: .ram, path: nil, images: state.count, ofImages: state.images.count, bytes: state.bytes,
        hits: state.hits, problem: state.isFull ? "it is full (\(limit) bytes)" : nil)
    }
  }
}
