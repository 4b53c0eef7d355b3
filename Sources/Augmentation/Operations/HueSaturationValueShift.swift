/// Adds to hue, saturation and value of every pixel, in fp32; alpha stays.
///
/// As in ``HueShift``'s way without trigonometry: where a channel begins its trapezoid, it is the value less
/// what the trapezoid says of the chroma (Smith, "Color gamut transform pairs", SIGGRAPH 1978).
struct HueSaturationValueShift {
  /// The turn, in sixths of a full one, -3...3.
  let sixths: Float
  /// On a scale of 0...1.
  let saturation: Float
  /// In levels.
  let value: Float

  func apply(to image: inout PixelBuffer) {
    switch image.channels {
    case 3: shift(&image, channels: 3)
    case 4: shift(&image, channels: 4)
    default: break
    }
  }

  // Inlined with a constant number of channels. Eight pixels at a time, so that nothing branches.
  @inline(__always)
  private func shift(_ image: inout PixelBuffer, channels: Int) {
    var span = image.bytes.mutableSpan
    let count = span.count / channels
    var (red, green, blue) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    for first in stride(from: 0, to: count, by: 8) {
      let lanes = min(8, count &- first)
      for lane in 0..<lanes {
        let pixel = (first &+ lane) &* channels
        red[lane] = Float(span[pixel])
        green[lane] = Float(span[pixel &+ 1])
        blue[lane] = Float(span[pixel &+ 2])
      }
      shift(&red, &green, &blue)
      for lane in 0..<lanes {
        let pixel = (first &+ lane) &* channels
        span[pixel] = UInt8(red[lane])
        span[pixel &+ 1] = UInt8(green[lane])
        span[pixel &+ 2] = UInt8(blue[lane])
      }
    }
  }

  @inline(__always)
  private func shift(_ red: inout SIMD8<Float>, _ green: inout SIMD8<Float>, _ blue: inout SIMD8<Float>) {
    let largest = pointwiseMax(red, pointwiseMax(green, blue))
    let chroma = largest - pointwiseMin(red, pointwiseMin(green, blue))
    // A grey pixel has no hue; its saturation is 0 and every numerator below is 0 as well.
    let divisor = chroma.replacing(with: 1, where: chroma .== 0)
    var hue = 4 + (red - green) / divisor
    hue = hue.replacing(with: 2 + (blue - red) / divisor, where: largest .== green)
    hue = hue.replacing(with: (green - blue) / divisor, where: largest .== red)
    let base = largest.replacing(with: 1, where: largest .== 0)
    let turned = hue + sixths + 12
    let light = (largest + value).clamped(lowerBound: SIMD8(repeating: 0), upperBound: SIMD8(repeating: 255))
    let depth = (chroma / base + saturation)
      .clamped(lowerBound: SIMD8(repeating: 0), upperBound: SIMD8(repeating: 1))
    let spread = light * depth
    red = Self.channel(5, turned, light, spread)
    green = Self.channel(3, turned, light, spread)
    blue = Self.channel(1, turned, light, spread)
  }

  /// The channel whose trapezoid begins at a hue in sixths, rounded to a whole level.
  @inline(__always)
  private static func channel(
    _ start: Float, _ hue: SIMD8<Float>, _ light: SIMD8<Float>, _ spread: SIMD8<Float>
  ) -> SIMD8<Float> {
    let angle = hue + start
    let wrapped = angle - (angle / 6).rounded(.down) * 6
    let height = pointwiseMin(pointwiseMin(wrapped, 4 - wrapped), SIMD8(repeating: 1))
    return light - spread * pointwiseMax(height, SIMD8(repeating: 0)) + 0.5
  }
}
