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
    var stream = stream
    let threshold = rule.threshold
    let (scale, shift, dropped) = (rule.scale, rule.shift, rule.dropped)
    let innermost = order == .nhwc || order == .hwnc
    let block = order == .nchw16c ? 16 : order == .nchw8c ? 8 : innermost ? channels : 1
    let lanes = (channels + block - 1) / block
    for pixel in 0..<pixels {
      for lane in 0..<lanes {
        let start =
          order == .hwnc
          ? (pixel * images + image) * channels : ((image * lanes + lane) * pixels + pixel) * block
        let used = min(block, channels - lane * block)
        switch type {
        case .fp32:
          let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
          for i in start..<start + used { y[i] = stream.next() < threshold ? dropped : x[i] * scale + shift }
          for i in start + used..<start + block { y[i] = 0 }
        case .bf16:
          let (x, y) = (x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
          for i in start..<start + used {
            y[i] = BFloat16(stream.next() < threshold ? dropped : x[i].float * scale + shift)
          }
          for i in start + used..<start + block { y[i] = BFloat16(0) }
        }
      }
    }
  }
}
