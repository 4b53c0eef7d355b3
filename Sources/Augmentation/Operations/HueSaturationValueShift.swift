internal import CPixels

/// Adds to hue, saturation and value of every pixel, in fp32; grey images and alpha stay.
struct HueSaturationValueShift {
  /// The turn, in sixths of a full one, -3...3.
  let sixths: Float
  /// On a scale of 0...1.
  let saturation: Float
  /// In levels.
  let value: Float

  func apply(to image: inout PixelBuffer) {
    let (channels, count) = (image.channels, image.width * image.height)
    if channels == 1 { return }
    image.rewrite {
      cp_shift_hsv(PixelKernels.level, $0, $1, count, Int32(channels), sixths, saturation, value)
    }
  }
}
