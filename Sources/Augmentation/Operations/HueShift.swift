internal import CPixels

extension PixelBuffer {
  /// Turns the hue of every pixel by a fraction of a full turn, -0.5...0.5; grey and alpha stay.
  ///
  /// The same as by way of HSV (torchvision's `adjust_hue`), without a division: where C is the difference of
  /// the largest and the smallest channel, six times C is a full turn of the hue, and a channel is the largest
  /// value less what a trapezoid of the hue says. Source: Smith, "Color gamut transform pairs", SIGGRAPH 1978.
  mutating func adjustHue(_ turn: Double) {
    if channels == 1 { return }
    let sixths = Int32(((turn < 0 ? turn + 1 : turn) * 6 * 65536).rounded())
    let (channels, count) = (Int32(channels), width * height)
    rewrite { cp_turn_hue(PixelKernels.level, $0, $1, count, channels, sixths) }
  }
}
