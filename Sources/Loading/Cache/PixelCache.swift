import Datasets
import Augmentation
import Pixels

/// The images of a loader as they were decoded, by their places among the samples.
///
/// What is there has the bits that decoding would give, so that a cache changes the speed alone. What does not fit is
/// not kept: an epoch visits every image once, so taking others out would only cost time.
protocol PixelCache: Sendable {
  /// Takes a region of a sample's image.
  /// - Parameter region: gets the image's size, where it is there; nil is the whole image.
  /// - Returns: whether it is there.
  func read(_ index: Int, into image: inout PixelBuffer, region: (ImageSize) -> PixelRegion?) -> Bool
  /// Whether there is room for more images.
  var takesMore: Bool { get }
  /// Keeps the image of a sample, if there is room.
  func store(_ image: PixelBuffer, at index: Int)
  /// How much is there.
  var use: CacheUse { get }
}

/// A cache in memory. A whole image is handed out without a copy of its pixels.
final class MemoryCache: PixelCache {
  private struct State {
    var images: [PixelBuffer?]
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

  func read(_ index: Int, into image: inout PixelBuffer, region: (ImageSize) -> PixelRegion?) -> Bool {
    let kept: PixelBuffer? = state.withLock { state in
      if state.images[index] != nil { state.hits += 1 }
      return state.images[index]
    }
    guard let kept else { return false }
    if let region = region(ImageSize(width: kept.width, height: kept.height)) {
      image = kept.bytes.withUnsafeBytes {
        PixelBuffer(region, of: $0, width: kept.width, channels: kept.channels)
      }
    } else {
      image = kept
    }
    return true
  }

  var takesMore: Bool { state.withLock { !$0.isFull } }

  func store(_ image: PixelBuffer, at index: Int) {
    state.withLock { state in
      if state.images[index] != nil { return }
      guard image.bytes.count <= limit - state.bytes else {
        state.isFull = true
        return
      }
      state.images[index] = image
      state.count += 1
      state.bytes += image.bytes.count
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
