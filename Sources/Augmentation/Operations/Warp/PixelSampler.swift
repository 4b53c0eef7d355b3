internal import CPixels

/// Reads an image at positions between its pixels and beyond its border.
///
/// Bilinear and bicubic weights have 11 bits each way, so that a value differs from exact arithmetic by less than
/// one level. With a constant border bilinear reads follow torchvision's: where only some of the four neighbours
/// lie in the image, their weighted sum is blended with the fill by their total weight.
struct PixelSampler {
  let image: PixelBuffer
  let sampling: Sampling

  private static let bits = PositionRow.fractionBits
  private static let one = 1 << bits

  /// Writes a row of the result.
  func sample(_ positions: PositionRow, into result: inout PixelBuffer, row: Int) {
    switch image.channels {
    case 1: sample(positions, into: &result, row: row, channels: 1)
    case 3: sample(positions, into: &result, row: row, channels: 3)
    default: sample(positions, into: &result, row: row, channels: 4)
    }
  }

  // Inlined with a constant number of channels, so that the loops over them disappear. Memory is raw and entered
  // once for a row; every index is within the image by the comparisons here or by `Border.index`.
  @inline(__always)
  private func sample(_ positions: PositionRow, into result: inout PixelBuffer, row: Int, channels: Int) {
    let width = image.width
    let start = row * width * channels
    image.bytes.withUnsafeBufferPointer { source in
      result.bytes.withUnsafeMutableBufferPointer { target in
        positions.x.withUnsafeBufferPointer { x in
          positions.y.withUnsafeBufferPointer { y in
            guard let source = source.baseAddress, let target = target.baseAddress else { return }
            let output = target + start
            switch sampling.interpolation {
            case .nearest: nearest(source, x, y, into: output, channels: channels)
            case .bilinear: bilinear(source, x, y, into: output, channels: channels)
            case .bicubic: bicubic(source, x, y, into: output, channels: channels)
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private func nearest(
    _ source: UnsafePointer<UInt8>, _ x: UnsafeBufferPointer<Int>, _ y: UnsafeBufferPointer<Int>,
    into target: UnsafeMutablePointer<UInt8>, channels: Int
  ) {
    let (width, height) = (image.width, image.height)
    for column in x.indices {
      var fromX = (x[column] &+ Self.one / 2) >> Self.bits
      var fromY = (y[column] &+ Self.one / 2) >> Self.bits
      let output = target + column &* channels
      if !isInside(fromX, width) || !isInside(fromY, height) {
        if sampling.border == .constant {
          for channel in 0..<channels { output[channel] = sampling.fill }
          continue
        }
        fromX = sampling.border.index(fromX, count: width)
        fromY = sampling.border.index(fromY, count: height)
      }
      let input = source + (fromY &* width &+ fromX) &* channels
      for channel in 0..<channels { output[channel] = input[channel] }
    }
  }

  @inline(__always)
  private func bilinear(
    _ source: UnsafePointer<UInt8>, _ x: UnsafeBufferPointer<Int>, _ y: UnsafeBufferPointer<Int>,
    into target: UnsafeMutablePointer<UInt8>, channels: Int
  ) {
    let (width, height) = (image.width, image.height)
    let line = width &* channels
    var inside = cp_warp_source(
      source: source, channels: Int32(channels), width: Int32(width), height: Int32(height))
    var column = 0
    while column < x.count {
      // Runs of positions with all neighbours in the image, and between them those at its edges one by one.
      guard let x = x.baseAddress.map({ $0 + column }), let y = y.baseAddress.map({ $0 + column }) else {
        return
      }
      let output = target + column &* channels
      let done = x.withMemoryRebound(to: Int64.self, capacity: width - column) { x in
        y.withMemoryRebound(to: Int64.self, capacity: width - column) { y in
          cp_warp_bilinear(PixelKernels.level, &inside, x, y, width - column, output)
        }
      }
      column += done
      if column < width {
        edge(source, x: x[done], y: y[done], into: output + done &* channels, line: line, channels: channels)
        column += 1
      }
    }
  }

  /// One pixel of which not all neighbours lie in the image.
  @inline(__always)
  private func edge(
    _ source: UnsafePointer<UInt8>, x: Int, y: Int, into output: UnsafeMutablePointer<UInt8>, line: Int,
    channels: Int
  ) {
    if sampling.border == .constant {
      blendWithFill(source, x: x, y: y, into: output, channels: channels)
      return
    }
    let (fromX, fromY) = (x >> Self.bits, y >> Self.bits)
    let left = sampling.border.index(fromX, count: image.width) &* channels
    let right = sampling.border.index(fromX + 1, count: image.width) &* channels
    let upper = source + sampling.border.index(fromY, count: image.height) &* line
    let lower = source + sampling.border.index(fromY + 1, count: image.height) &* line
    blend(
      upper + left, upper + right, lower + left, lower + right, x: x, y: y, into: output, channels: channels)
  }

  @inline(__always)
  private func blend(
    _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ c: UnsafePointer<UInt8>,
    _ d: UnsafePointer<UInt8>, x: Int, y: Int, into target: UnsafeMutablePointer<UInt8>, channels: Int
  ) {
    let weightX = Int32(truncatingIfNeeded: x >> (Self.bits - 11)) & 2047
    let weightY = Int32(truncatingIfNeeded: y >> (Self.bits - 11)) & 2047
    for channel in 0..<channels {
      let (a, b) = (Int32(a[channel]), Int32(b[channel]))
      let (c, d) = (Int32(c[channel]), Int32(d[channel]))
      let above = a &<< 11 &+ (b &- a) &* weightX
      let below = c &<< 11 &+ (d &- c) &* weightX
      let sum = above &<< 11 &+ (below &- above) &* weightY
      target[channel] = UInt8(truncatingIfNeeded: (sum &+ 1 << 21) >> 22)
    }
  }

  /// One pixel of which some neighbours lie outside.
  private func blendWithFill(
    _ source: UnsafePointer<UInt8>, x: Int, y: Int, into target: UnsafeMutablePointer<UInt8>, channels: Int
  ) {
    let (left, upper) = (x >> Self.bits, y >> Self.bits)
    guard left >= -1, left < image.width, upper >= -1, upper < image.height else {
      for channel in 0..<channels { target[channel] = sampling.fill }
      return
    }
    let fractionX = Float(x & (Self.one - 1)) / Float(Self.one)
    let fractionY = Float(y & (Self.one - 1)) / Float(Self.one)
    var sums = SIMD4<Float>.zero
    var weight: Float = 0
    for down in 0..<2 {
      let row = upper + down
      guard isInside(row, image.height) else { continue }
      let weightY = down == 0 ? 1 - fractionY : fractionY
      for across in 0..<2 {
        let column = left + across
        guard isInside(column, image.width) else { continue }
        let share = (across == 0 ? 1 - fractionX : fractionX) * weightY
        weight += share
        let input = source + (row * image.width + column) * channels
        for channel in 0..<channels { sums[channel] += Float(input[channel]) * share }
      }
    }
    let fill = Float(sampling.fill)
    for channel in 0..<channels {
      let value = weight * (sums[channel] - fill) + fill
      target[channel] = UInt8(min(max(value.rounded(.toNearestOrEven), 0), 255))
    }
  }

  @inline(__always)
  private func bicubic(
    _ source: UnsafePointer<UInt8>, _ x: UnsafeBufferPointer<Int>, _ y: UnsafeBufferPointer<Int>,
    into target: UnsafeMutablePointer<UInt8>, channels: Int
  ) {
    let (width, height) = (image.width, image.height)
    CubicWeights.all.withUnsafeBufferPointer { weights in
      for column in x.indices {
        let (fromX, fromY) = (x[column] >> Self.bits &- 1, y[column] >> Self.bits &- 1)
        let weightX = weights[(x[column] >> (Self.bits - 11)) & 2047]
        let weightY = weights[(y[column] >> (Self.bits - 11)) & 2047]
        let inside = isInside(fromX, width - 3) && isInside(fromY, height - 3)
        var sums = SIMD4<Int32>(repeating: 1 << 21)
        for down in 0..<4 {
          var rowSums = SIMD4<Int32>.zero
          for across in 0..<4 {
            var (place, row) = (fromX &+ across, fromY &+ down)
            if !inside, !isInside(place, width) || !isInside(row, height) {
              if sampling.border == .constant {
                for channel in 0..<channels {
                  rowSums[channel] &+= Int32(sampling.fill) &* weightX[across]
                }
                continue
              }
              place = sampling.border.index(place, count: width)
              row = sampling.border.index(row, count: height)
            }
            let input = source + (row &* width &+ place) &* channels
            for channel in 0..<channels { rowSums[channel] &+= Int32(input[channel]) &* weightX[across] }
          }
          sums &+= rowSums &* weightY[down]
        }
        let output = target + column &* channels
        for channel in 0..<channels {
          output[channel] = UInt8(truncatingIfNeeded: min(max(sums[channel] >> 22, 0), 255))
        }
      }
    }
  }

  @inline(__always)
  private func isInside(_ index: Int, _ count: Int) -> Bool { index >= 0 && index < count }
}

/// The weights of the four pixels along a row or column, for every fraction of 11 bits.
enum CubicWeights {
  /// Their sum is 2048 each time.
  static let all: [SIMD4<Int32>] = (0..<2048).map { step in
    let distance = Double(step) / 2048
    let (first, second, last) = (outer(1 + distance), inner(distance), outer(2 - distance))
    return SIMD4(first, second, 2048 - first - second - last, last)
  }

  private static func inner(_ x: Double) -> Int32 {
    let weight: Double = (1.25 * x - 2.25) * x * x + 1
    return Int32((2048 * weight).rounded(.toNearestOrEven))
  }

  private static func outer(_ x: Double) -> Int32 {
    let weight: Double = -0.75 * (((x - 5) * x + 8) * x - 4)
    return Int32((2048 * weight).rounded(.toNearestOrEven))
  }
}
