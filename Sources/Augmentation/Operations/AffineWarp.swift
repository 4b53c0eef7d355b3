/// Warps an image about its centre, bilinearly; the size stays.
///
/// Follows torchvision's `affine` and `rotate` with `BILINEAR` and a fill: where only some of the four
/// neighbours lie in the image, their weighted sum is blended with the fill by their total weight.
///
/// Positions are fixed-point (24 fraction bits, each row set anew), weights have 11 bits, so that a value
/// differs from exact arithmetic by less than one level.
struct AffineWarp {
  private static let fraction = 24
  private static let one = 1 << fraction

  let map: AffineMap
  let fill: UInt8

  func apply(to image: inout PixelBuffer) {
    image = warped(image)
  }

  private func warped(_ image: PixelBuffer) -> PixelBuffer {
    var result = PixelBuffer(
      width: image.width, height: image.height, channels: image.channels, filledWith: fill)
    let source = image.bytes.span
    var target = result.bytes.mutableSpan
    let size = ImageSize(of: image)
    switch image.channels {
    case 1: warp(source, into: &target, size: size, channels: 1)
    case 3: warp(source, into: &target, size: size, channels: 3)
    default: warp(source, into: &target, size: size, channels: 4)
    }
    return result
  }

  // Inlined with a constant number of channels, so that the loops over them disappear.
  @inline(__always)
  private func warp(
    _ source: Span<UInt8>, into target: inout MutableSpan<UInt8>, size: ImageSize, channels: Int
  ) {
    let (width, height) = (size.width, size.height)
    let stepX = Self.fixed(map.xx)
    let stepY = Self.fixed(map.yx)
    let left = 0.5 - Double(width) / 2
    let top = 0.5 - Double(height) / 2
    for row in 0..<height {
      let y = Double(row) + top
      let startX = Self.fixed(map.xx * left + map.xy * y - left)
      let startY = Self.fixed(map.yx * left + map.yy * y - top)
      // A pixel is touched where at least one neighbour lies in the image, and inside where all four do.
      let columns = 0..<width
      let touched = columns.meet(
        Self.steps(from: startX, by: stepX, in: 1 - Self.one, width << Self.fraction)
      )
      .meet(Self.steps(from: startY, by: stepY, in: 1 - Self.one, height << Self.fraction))
      let inside = touched.meet(Self.steps(from: startX, by: stepX, in: 0, (width - 1) << Self.fraction))
        .meet(Self.steps(from: startY, by: stepY, in: 0, (height - 1) << Self.fraction))

      for column in touched.lowerBound..<inside.lowerBound {
        edge(
          source, size: size, x: startX + column * stepX, y: startY + column * stepY, into: &target,
          at: (row * width + column) * channels, channels: channels)
      }
      var (x, y0) = (startX + inside.lowerBound * stepX, startY + inside.lowerBound * stepY)
      for column in inside {
        let fractionX = Int32(truncatingIfNeeded: x >> (Self.fraction - 11)) & 2047
        let fractionY = Int32(truncatingIfNeeded: y0 >> (Self.fraction - 11)) & 2047
        let upper = ((y0 >> Self.fraction) * width + (x >> Self.fraction)) * channels
        let lower = upper + width * channels
        let output = (row * width + column) * channels
        for channel in 0..<channels {
          let a = Int32(source[upper + channel])
          let b = Int32(source[upper + channels + channel])
          let c = Int32(source[lower + channel])
          let d = Int32(source[lower + channels + channel])
          let above = a &<< 11 &+ (b &- a) &* fractionX
          let below = c &<< 11 &+ (d &- c) &* fractionX
          let sum = above &<< 11 &+ (below &- above) &* fractionY
          target[output + channel] = UInt8(truncatingIfNeeded: (sum &+ 1 << 21) >> 22)
        }
        x += stepX
        y0 += stepY
      }
      for column in inside.upperBound..<touched.upperBound {
        edge(
          source, size: size, x: startX + column * stepX, y: startY + column * stepY, into: &target,
          at: (row * width + column) * channels, channels: channels)
      }
    }
  }

  /// One pixel of which some neighbours lie outside.
  @inline(__always)
  private func edge(
    _ source: Span<UInt8>, size: ImageSize, x: Int, y: Int, into target: inout MutableSpan<UInt8>,
    at output: Int,
    channels: Int
  ) {
    let fractionX = Float(x & (Self.one - 1)) / Float(Self.one)
    let fractionY = Float(y & (Self.one - 1)) / Float(Self.one)
    var sums = SIMD4<Float>.zero
    var weight: Float = 0
    for (down, weightY) in [(0, 1 - fractionY), (1, fractionY)] {
      for (across, weightX) in [(0, 1 - fractionX), (1, fractionX)] {
        let column = x >> Self.fraction + across
        let row = y >> Self.fraction + down
        guard (0..<size.width).contains(column), (0..<size.height).contains(row) else { continue }
        weight += weightX * weightY
        let input = (row * size.width + column) * channels
        for channel in 0..<channels { sums[channel] += Float(source[input + channel]) * weightX * weightY }
      }
    }
    for channel in 0..<channels {
      let value = weight * (sums[channel] - Float(fill)) + Float(fill)
      target[output + channel] = UInt8(min(max(value.rounded(.toNearestOrEven), 0), 255))
    }
  }

  private static func fixed(_ value: Double) -> Int {
    Int((value * Double(one)).rounded(.toNearestOrEven))
  }

  /// The whole numbers n >= 0 for which `low <= start + n * step < high`, which are a run.
  static func steps(from start: Int, by step: Int, in low: Int, _ high: Int) -> Range<Int> {
    if step == 0 { return low <= start && start < high ? 0..<Int.max : 0..<0 }
    // Turned round where the step is negative: -high < -start + n * -step <= -low.
    let (start, step, low, high) =
      step > 0 ? (start, step, low, high) : (-start, -step, 1 - high, 1 - low)
    let first = max(0, roundedUp(low - start, over: step))
    return first..<max(first, roundedUp(high - start, over: step))
  }

  private static func roundedUp(_ value: Int, over divisor: Int) -> Int {
    let quotient = value / divisor
    return value > quotient * divisor ? quotient + 1 : quotient
  }
}

extension Range<Int> {
  /// What both ranges have; where that is nothing, an empty range at this one's beginning.
  fileprivate func meet(_ other: Range<Int>) -> Range<Int> {
    let lower = Swift.max(lowerBound, other.lowerBound)
    let upper = Swift.min(upperBound, other.upperBound)
    return lower < upper ? lower..<upper : lowerBound..<lowerBound
  }
}
