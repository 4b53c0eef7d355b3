internal import CPixels

/// Reads an image at positions between its pixels and beyond its border.
///
/// Bilinear and bicubic weights have 11 bits each way, so that a value differs from exact arithmetic by less than
/// one level. With a constant border bilinear reads follow torchvision's: where only some of the four neighbours
/// lie in the image, their weighted sum is blended with the fill by their total weight.
///
/// Memory is raw and entered once for a warp: it must outlive the sampler. Every index is within the image, by the
/// checks here, in `CPixels` or by ``Border/index(_:count:)``.
struct PixelSampler {
  /// The image's values: rows without gaps.
  let source: UnsafePointer<UInt8>
  let size: ImageSize
  let channels: Int
  let sampling: Sampling

  private let image: cp_warp_source

  init(source: UnsafePointer<UInt8>, size: ImageSize, channels: Int, sampling: Sampling) {
    self.source = source
    self.size = size
    self.channels = channels
    self.sampling = sampling
    image = cp_warp_source(
      source: source, channels: Int32(channels), width: Int32(size.width), height: Int32(size.height))
    withUnsafePointer(to: image) { cp_warp_prepare($0) }
  }

  private static let bits = PositionRow.fractionBits
  private static let one = 1 << bits

  /// Writes the values at positions one behind the other: runs of positions with all neighbours in the image, and between
  /// them those at its edges one by one.
  func sample(_ positions: PositionRow, into target: UnsafeMutablePointer<UInt8>) {
    let (x, y, count) = (positions.x, positions.y, positions.count)
    var image = image
    CubicWeights.all.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      var place = 0
      while place < count {
        let output = target + place &* channels
        let done =
          switch sampling.interpolation {
          case .nearest: cp_warp_nearest(&image, x + place, y + place, count - place, output)
          case .bilinear:
            cp_warp_bilinear(PixelKernels.level, &image, x + place, y + place, count - place, output)
          case .bicubic:
            cp_warp_bicubic(
              PixelKernels.level, &image, weights, x + place, y + place, count - place, output)
          }
        place += done
        if place == count { return }
        let outside = outside(&image, x + place, y + place, count - place)
        (target + place &* channels).update(repeating: sampling.fill, count: outside &* channels)
        place += outside
        if place == count { return }
        edge(Int(x[place]), Int(y[place]), weights: weights, into: target + place &* channels)
        place += 1
      }
    }
  }

  /// How many positions from the first on show nothing but the fill. Bicubic reads look further.
  private func outside(
    _ image: UnsafePointer<cp_warp_source>, _ x: UnsafePointer<Int64>, _ y: UnsafePointer<Int64>, _ count: Int
  ) -> Int {
    guard sampling.border == .constant, sampling.interpolation != .bicubic else { return 0 }
    return cp_warp_outside(PixelKernels.level, image, x, y, count)
  }

  /// One position of which not all neighbours lie in the image.
  private func edge(
    _ x: Int, _ y: Int, weights: UnsafePointer<Int16>, into target: UnsafeMutablePointer<UInt8>
  ) {
    switch sampling.interpolation {
    case .nearest: nearest(x, y, into: target)
    case .bilinear where sampling.border == .constant: blendWithFill(x, y, into: target)
    case .bilinear: bilinear(x, y, into: target)
    case .bicubic: bicubic(x, y, weights: weights, into: target)
    }
  }

  /// The pixel that stands for a place, within the image or beyond; nil for the fill.
  @inline(__always)
  private func pixel(_ column: Int, _ row: Int) -> UnsafePointer<UInt8>? {
    if sampling.border == .constant, !isInside(column, size.width) || !isInside(row, size.height) {
      return nil
    }
    let column = sampling.border.index(column, count: size.width)
    let row = sampling.border.index(row, count: size.height)
    return source + (row &* size.width &+ column) &* channels
  }

  private func nearest(_ x: Int, _ y: Int, into target: UnsafeMutablePointer<UInt8>) {
    let pixel = pixel((x &+ Self.one / 2) >> Self.bits, (y &+ Self.one / 2) >> Self.bits)
    for channel in 0..<channels { target[channel] = pixel?[channel] ?? sampling.fill }
  }

  private func bilinear(_ x: Int, _ y: Int, into target: UnsafeMutablePointer<UInt8>) {
    let (left, upper) = (x >> Self.bits, y >> Self.bits)
    let (a, b) = (pixel(left, upper), pixel(left + 1, upper))
    let (c, d) = (pixel(left, upper + 1), pixel(left + 1, upper + 1))
    guard let a, let b, let c, let d else { return }
    let weightX = Int32(truncatingIfNeeded: x >> (Self.bits - 11)) & 2047
    let weightY = Int32(truncatingIfNeeded: y >> (Self.bits - 11)) & 2047
    for channel in 0..<channels {
      let above = Int32(a[channel]) &* (2048 &- weightX) &+ Int32(b[channel]) &* weightX
      let below = Int32(c[channel]) &* (2048 &- weightX) &+ Int32(d[channel]) &* weightX
      let sum = above &* (2048 &- weightY) &+ below &* weightY
      target[channel] = UInt8(truncatingIfNeeded: (sum &+ 1 << 21) >> 22)
    }
  }

  private func blendWithFill(_ x: Int, _ y: Int, into target: UnsafeMutablePointer<UInt8>) {
    let (left, upper) = (x >> Self.bits, y >> Self.bits)
    guard left >= -1, left < size.width, upper >= -1, upper < size.height else {
      for channel in 0..<channels { target[channel] = sampling.fill }
      return
    }
    let fractionX = Float(x & (Self.one - 1)) / Float(Self.one)
    let fractionY = Float(y & (Self.one - 1)) / Float(Self.one)
    var sums = SIMD4<Float>.zero
    var weight: Float = 0
    for down in 0..<2 {
      let weightY = down == 0 ? 1 - fractionY : fractionY
      for across in 0..<2 {
        guard let pixel = pixel(left + across, upper + down) else { continue }
        let share = (across == 0 ? 1 - fractionX : fractionX) * weightY
        weight += share
        for channel in 0..<channels { sums[channel] += Float(pixel[channel]) * share }
      }
    }
    let fill = Float(sampling.fill)
    for channel in 0..<channels {
      let value = weight * (sums[channel] - fill) + fill
      target[channel] = UInt8(min(max(value.rounded(.toNearestOrEven), 0), 255))
    }
  }

  private func bicubic(
    _ x: Int, _ y: Int, weights: UnsafePointer<Int16>, into target: UnsafeMutablePointer<UInt8>
  ) {
    let (left, upper) = (x >> Self.bits &- 1, y >> Self.bits &- 1)
    let across = weights + 4 &* ((x >> (Self.bits - 11)) & 2047)
    let down = weights + 4 &* ((y >> (Self.bits - 11)) & 2047)
    var sums = SIMD4<Int32>(repeating: 1 << 21)
    for row in 0..<4 {
      var rowSums = SIMD4<Int32>.zero
      for column in 0..<4 {
        let pixel = pixel(left + column, upper + row)
        for channel in 0..<channels {
          rowSums[channel] &+= Int32(pixel?[channel] ?? sampling.fill) &* Int32(across[column])
        }
      }
      sums &+= rowSums &* Int32(down[row])
    }
    for channel in 0..<channels {
      target[channel] = UInt8(truncatingIfNeeded: min(max(sums[channel] >> 22, 0), 255))
    }
  }

  @inline(__always)
  private func isInside(_ index: Int, _ count: Int) -> Bool { index >= 0 && index < count }
}

/// The weights of the four pixels along a row or column, for every fraction of 11 bits, in 2048ths.
enum CubicWeights {
  /// Four for each fraction, whose sum is 2048.
  static let all: [Int16] = (0..<2048).flatMap { step in
    let distance = Double(step) / 2048
    let (first, second, last) = (outer(1 + distance), inner(distance), outer(2 - distance))
    return [first, second, 2048 - first - second - last, last]
  }

  private static func inner(_ x: Double) -> Int16 {
    let weight: Double = (1.25 * x - 2.25) * x * x + 1
    return Int16((2048 * weight).rounded(.toNearestOrEven))
  }

  private static func outer(_ x: Double) -> Int16 {
    let weight: Double = -0.75 * (((x - 5) * x + 8) * x - 4)
    return Int16((2048 * weight).rounded(.toNearestOrEven))
  }
}
