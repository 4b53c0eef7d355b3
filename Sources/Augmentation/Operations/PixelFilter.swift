internal import CPixels

extension PixelBuffer {
  /// Replaces the image by what a filter makes of it; alpha stays.
  /// - Parameters:
  ///   - radius: how far the filter looks.
  ///   - body: calls the filter with its task and memory.
  mutating func filter(
    radius: Int, _ body: (UnsafePointer<cp_filter_task>, UnsafeMutableRawPointer) -> Void
  ) {
    var task = cp_filter_task()
    (task.channels, task.width, task.height) = (Int32(channels), Int32(width), Int32(height))
    let hasAlpha = channels == 4
    let scratchBytes = cp_filter_scratch_bytes(&task, Int32(radius))
    replace(width: width, height: height, scratchBytes: scratchBytes) { source, target, scratch in
      guard let memory = scratch.baseAddress else { return }
      task.source = source.baseAddress
      task.target = target.baseAddress
      body(&task, memory)
      if hasAlpha {
        for index in stride(from: 3, to: target.count, by: 4) { target[index] = source[index] }
      }
    }
  }

  /// Smooths along columns and rows.
  mutating func smooth(by kernel: GaussianKernel) {
    filter(radius: kernel.radius) { task, scratch in
      cp_separable(
        PixelKernels.level, task, Int32(kernel.radius), kernel.weights, kernel.fineWeights, scratch)
    }
  }

  /// Replaces every value by a weighted sum of its neighbours.
  mutating func weigh(_ taps: FilterTaps) {
    filter(radius: taps.radius) { task, scratch in
      taps.across.withUnsafeBufferPointer { across in
        taps.down.withUnsafeBufferPointer { down in
          taps.weights.withUnsafeBufferPointer { weights in
            var list = cp_taps(
              count: Int32(across.count), equal: Int32(taps.equalCount), across: across.baseAddress,
              down: down.baseAddress, equal_weight: taps.equalWeight, weights: weights.baseAddress)
            cp_weigh_taps(PixelKernels.level, task, &list, Int32(taps.radius), scratch)
          }
        }
      }
    }
  }
}

/// The weights of a Gaussian in whole numbers, cut at three sigma.
struct GaussianKernel {
  /// How far it reaches.
  let radius: Int
  /// The weights of the middle and of what is 1...radius away, in 8 fraction bits.
  let weights: [UInt16]
  /// The same in 16 fraction bits.
  let fineWeights: [UInt16]

  init(sigma: Double) {
    let radius = max(1, Int((3 * sigma).rounded(.up)))
    let exact = (0...radius).map { exponential(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = exact[0] + 2 * exact.dropFirst().reduce(0, +)
    self.radius = radius
    weights = Self.rounded(exact.map { $0 / sum }, one: 256)
    // One itself would not fit 16 bits; nor does any Gaussian of three pixels and more need it.
    fineWeights = Self.rounded(exact.map { min($0 / sum, 65_535 / 65_536) }, one: 65_536)
  }

  /// Rounds from the outside in, each weight taking over what the one before it lost, so that the sum is one.
  private static func rounded(_ exact: [Double], one: Double) -> [UInt16] {
    var result = [UInt16](repeating: 0, count: exact.count)
    var (rest, used) = (0.0, 0.0)
    for index in exact.indices.dropFirst().reversed() {
      let wanted = exact[index] * one + rest
      let whole = max(0, wanted.rounded())
      rest = wanted - whole
      used += 2 * whole
      result[index] = UInt16(whole)
    }
    result[0] = UInt16(min(one - used, 65_535))
    return result
  }
}
