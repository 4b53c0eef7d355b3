import Randomness

/// Dropout of single values: each value of each image is dropped or kept by a draw of its own. Nothing is stored:
/// the backward pass draws the same mask again.
public enum DropoutMask {
  /// Draws that are made at once, on the stack.
  private static let chunk = 256

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
    let innermost = order == .nhwc || order == .hwnc
    let block = order == .nchw16c ? 16 : order == .nchw8c ? 8 : innermost ? channels : 1
    let lanes = (channels + block - 1) / block
    let size = type.byteCount
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: chunk) { buffer in
      guard let draws = buffer.baseAddress else { return }
      let source = RandomDraws(stream)
      var made = 0
      var used = 0
      for pixel in 0..<pixels {
        for lane in 0..<lanes {
          let start =
            order == .hwnc
            ? (pixel * images + image) * channels : ((image * lanes + lane) * pixels + pixel) * block
          let count = min(block, channels - lane * block)
          var done = 0
          while done < count {
            if used == made {
              source.fill(draws, from: made, count: chunk)
              made += chunk
            }
            let n = min(count - done, made - used)
            let place = (start + done) * size
            rule.apply(x + place, into: y + place, draws: draws + (used + chunk - made), count: n, type)
            done += n
            used += n
          }
          if count < block {
            (y + (start + count) * size).initializeMemory(
              as: UInt8.self, repeating: 0, count: (block - count) * size)
          }
        }
      }
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
