internal import CPixels

extension PixelBuffer {
  /// Moves every pixel but the outermost ones away from the smoothed image or towards it, as torchvision's
  /// `adjust_sharpness`: the eight neighbours weigh 1, the middle 5. Alpha stays.
  mutating func adjustSharpness(_ factor: Double) {
    if width <= 2 || height <= 2 { return }
    let alpha = Float(1 - factor)
    filter(radius: 0) { task, _ in cp_sharpen(PixelKernels.level, task, alpha) }
  }

  /// Puts back the alpha that an operation on all four channels has changed.
  mutating func restoreAlpha(from original: PixelBuffer) {
    let source = original.bytes.span
    var target = bytes.mutableSpan
    for index in stride(from: 3, to: target.count, by: 4) { target[index] = source[index] }
  }
}
