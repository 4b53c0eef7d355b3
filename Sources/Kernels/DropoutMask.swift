import Randomness

/// Inverted dropout: each feature of each image is zeroed with a probability and the others are scaled up,
/// so that the expectation stays. Nothing is stored: the backward pass draws the same mask again.
///
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.
public enum DropoutMask {
  /// Applies the mask of one image to its `channels * pixels` values; `y` may be `x`.
  ///
  /// Draws are numbered pixel by pixel, channels innermost, whatever the order in memory.
  /// - Parameters:
  ///   - order: `nc`, `nchw`, `nhwc`, `nchw8c` or `nchw16c`.
  ///   - stream: keyed by the image and the layer.
  public static func apply(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, channels: Int, pixels: Int,
    order: Layout.Order, probability: Double, stream: RandomStream
  ) {
    var stream = stream
    let threshold = UInt32(min(probability * 0x1p32, Double(UInt32.max)))
    let scale = Float(1 / (1 - probability))
    let block = order == .nchw16c ? 16 : order == .nchw8c ? 8 : order == .nhwc ? channels : 1
    let lanes = (channels + block - 1) / block
    for pixel in 0..<pixels {
      for lane in 0..<lanes {
        let start = (lane * pixels + pixel) * block
        let used = min(block, channels - lane * block)
        for i in start..<start + used { y[i] = stream.next() < threshold ? 0 : x[i] * scale }
        for i in start + used..<start + block { y[i] = 0 }
      }
    }
  }
}
