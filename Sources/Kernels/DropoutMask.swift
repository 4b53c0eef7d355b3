import Randomness

/// Dropout of single values: each value of each image is dropped or kept by a draw of its own. Nothing is stored:
/// the backward pass draws the same mask again.
public enum DropoutMask {
  /// Applies the mask of one image of a tensor; `y` may be `x`.
  ///
  /// Draws are numbered pixel by pixel, channels innermost, whatever the order in memory.
  /// - Parameters:
  ///   - x: the tensor, all of its images.
  ///   - order: any that is not `opaque`.
  ///   - stream: keyed by the image and the layer.
  public static func apply(
    _ x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, image: Int, of images: Int, channels: Int,
    pixels: Int, order: Layout.Order, type: NumberType, rule: DropoutRule, stream: RandomStream
  ) {
    let draws = ImageDraws(
      image: image, images: images, channels: channels, pixels: pixels, order: order, type: type,
      stream: stream)
    draws.forEachRun(padding: y) { _ in
    } _: { place, draws, first, count in
      rule.apply(x + place, into: y + place, draws: draws + first, count: count, type)
    }
  }
}

extension DropoutRule {
  /// Keeps or drops each of `count` values by its draw.
  fileprivate func apply(
    _ x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, draws: UnsafePointer<UInt32>, count: Int,
    _ type: NumberType
  ) {
    let (threshold, scale, shift, dropped) = (threshold, scale, shift, dropped)
    switch type {
    case .fp32:
      let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
      for i in 0..<count { y[i] = draws[i] < threshold ? dropped : x[i] * scale + shift }
    case .bf16:
      let (x, y) = (x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
      for i in 0..<count {
        y[i] = BFloat16(draws[i] < threshold ? dropped : x[i].float * scale + shift)
      }
    }
  }
}
