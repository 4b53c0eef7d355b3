import Randomness

/// Inverted dropout: each feature of each image is zeroed with a probability and the others are scaled up,
/// so that the expectation stays. Nothing is stored: the backward pass draws the same mask again.
///
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.
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
    pixels: Int, order: Layout.Order, type: NumberType, probability: Double, stream: RandomStream
  ) {
    var stream = stream
    let threshold = UInt32(min(probability * 0x1p32, Double(UInt32.max)))
    let scale = Float(1 / (1 - probability))
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
          for i in start..<start + used { y[i] = stream.next() < threshold ? 0 : x[i] * scale }
          for i in start + used..<start + block { y[i] = 0 }
        case .bf16:
          let (x, y) = (x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
          for i in start..<start + used {
            y[i] = stream.next() < threshold ? BFloat16(0) : BFloat16(x[i].float * scale)
          }
          for i in start + used..<start + block { y[i] = BFloat16(0) }
        }
      }
    }
  }
}
