import CKernels
import Randomness

/// Normal numbers added to every value of an image, each drawn for it alone.
public enum NormalNoise {
  /// Adds noise to one image of a tensor; `y` may be `x`.
  ///
  /// Draws are numbered pixel by pixel, channels innermost, whatever the order in memory. What pads the channels
  /// becomes 0.
  /// - Parameters:
  ///   - deviation: the standard deviation.
  ///   - x: the tensor, all of its images.
  ///   - order: any that is not `opaque`.
  ///   - stream: keyed by the image and the layer.
  public static func add(
    _ deviation: Float, to x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, image: Int, of images: Int,
    channels: Int, pixels: Int, order: Layout.Order, type: NumberType, stream: RandomStream
  ) {
    let draws = ImageDraws(
      image: image, images: images, channels: channels, pixels: pixels, order: order, type: type,
      stream: stream)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: ImageDraws.chunk) { buffer in
      guard let numbers = buffer.baseAddress else { return }
      draws.forEachRun(padding: y) { words in
        ck_normal(words, ImageDraws.chunk, numbers)
      } _: { place, _, first, count in
        add(deviation, numbers + first, to: x + place, into: y + place, count: count, type)
      }
    }
  }

  private static func add(
    _ deviation: Float, _ numbers: UnsafePointer<Float>, to x: UnsafeRawPointer,
    into y: UnsafeMutableRawPointer, count: Int, _ type: NumberType
  ) {
    switch type {
    case .fp32:
      let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
      for i in 0..<count { y[i] = x[i] + deviation * numbers[i] }
    case .bf16:
      let (x, y) = (x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
      for i in 0..<count { y[i] = BFloat16(x[i].float + deviation * numbers[i]) }
    }
  }
}
