/// Products of whole images with numbers.
public enum ImageScaling {
  /// `y = factor * x` for one image of a tensor; `y` may be `x`. A factor of 0 gives zeros, whatever `x` is.
  /// - Parameters:
  ///   - x: the tensor, all of its images.
  ///   - valueCount: values of all images, padding included.
  ///   - channels: of a pixel.
  ///   - order: any that is not `opaque`.
  public static func apply(
    _ factor: Float, to x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, image: Int, of images: Int,
    valueCount: Int, channels: Int, order: Layout.Order, type: NumberType
  ) {
    let size = type.byteCount
    if order == .hwnc {
      let pixelSize = images * channels * size
      for start in stride(from: image * channels * size, to: valueCount * size, by: pixelSize) {
        apply(factor, to: x + start, into: y + start, count: channels, type: type)
      }
    } else {
      let count = valueCount / images
      let start = image * count * size
      apply(factor, to: x + start, into: y + start, count: count, type: type)
    }
  }

  /// `y = factor * x`, element by element; `y` may be `x`. A factor of 0 gives zeros, whatever `x` is.
  public static func apply(
    _ factor: Float, to x: UnsafeRawPointer, into y: UnsafeMutableRawPointer, count: Int, type: NumberType
  ) {
    if factor == 0 {
      y.initializeMemory(as: UInt8.self, repeating: 0, count: count * type.byteCount)
      return
    }
    switch type {
    case .fp32:
      let (x, y) = (x.assumingMemoryBound(to: Float.self), y.assumingMemoryBound(to: Float.self))
      for i in 0..<count { y[i] = factor * x[i] }
    case .bf16:
      let (x, y) = (x.assumingMemoryBound(to: BFloat16.self), y.assumingMemoryBound(to: BFloat16.self))
      for i in 0..<count { y[i] = BFloat16(factor * x[i].float) }
    }
  }
}
