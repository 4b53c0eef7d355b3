import Randomness

/// Dropout of whole channels: each channel of each image is dropped or kept by one draw.
public enum ChannelDropout {
  /// Draws for the channels of one image: what each is multiplied by, 0 where it is dropped, and what is added.
  /// - Parameter stream: keyed by the image and the layer.
  public static func draw(
    _ rule: DropoutRule, channels: Int, stream: RandomStream, factors: UnsafeMutablePointer<Float>,
    offsets: UnsafeMutablePointer<Float>
  ) {
    var stream = stream
    let threshold = rule.threshold
    for c in 0..<channels {
      let isDropped = stream.next() < threshold
      factors[c] = isDropped ? 0 : rule.scale
      offsets[c] = isDropped ? rule.dropped : rule.shift
    }
  }

  /// `y = factors[channel] * x + offsets[channel]` for one image of a tensor, the offset alone where the factor is 0;
  /// `y` may be `x`.
  /// - Parameters:
  ///   - x: the tensor, all of its images.
  ///   - offsets: nil for none.
  ///   - order: any that is not `opaque`. What pads the channels becomes 0.
  public static func apply(
    factors: UnsafePointer<Float>, offsets: UnsafePointer<Float>?, to x: UnsafeRawPointer,
    into y: UnsafeMutableRawPointer, image: Int, of images: Int, channels: Int, pixels: Int,
    order: Layout.Order, type: NumberType
  ) {
    let size = type.byteCount
    let innermost = order == .nhwc || order == .hwnc
    let block = order == .nchw16c ? 16 : order == .nchw8c ? 8 : innermost ? channels : 1
    let lanes = (channels + block - 1) / block
    for lane in 0..<lanes {
      let used = min(block, channels - lane * block)
      let (factors, offsets) = (factors + lane * block, offsets.map { $0 + lane * block })
      if block == 1 {
        let start = (image * lanes + lane) * pixels * size
        scale(factors[0], offsets?[0] ?? 0, x + start, y + start, count: pixels, type)
        continue
      }
      for pixel in 0..<pixels {
        let row =
          order == .hwnc ? pixel * images + image : (image * lanes + lane) * pixels + pixel
        scale(factors, offsets, x + row * block * size, y + row * block * size, count: used, type)
        if used < block {
          (y + (row * block + used) * size).initializeMemory(
            as: UInt8.self, repeating: 0, count: (block - used) * size)
        }
      }
    }
  }

  /// One channel.
  private static func scale(
    _ factor: Float, _ offset: Float, _ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, count: Int,
    _ type: NumberType
  ) {
    switch type {
    case .fp32:
      let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
      for i in 0..<count { y[i] = factor == 0 ? offset : factor * x[i] + offset }
    case .bf16:
      let (x, y) = (x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
      for i in 0..<count { y[i] = BFloat16(factor == 0 ? offset : factor * x[i].float + offset) }
    }
  }

  /// One pixel.
  private static func scale(
    _ factors: UnsafePointer<Float>, _ offsets: UnsafePointer<Float>?, _ x: UnsafeRawPointer,
    _ y: UnsafeMutableRawPointer, count: Int, _ type: NumberType
  ) {
    switch type {
    case .fp32:
      let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
      for i in 0..<count {
        let offset = offsets?[i] ?? 0
        y[i] = factors[i] == 0 ? offset : factors[i] * x[i] + offset
      }
    case .bf16:
      let (x, y) = (x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
      for i in 0..<count {
        let offset = offsets?[i] ?? 0
        y[i] = BFloat16(factors[i] == 0 ? offset : factors[i] * x[i].float + offset)
      }
    }
  }
}
