internal import CPixels

// Colours weighed against each other or moved. Grey images and alpha stay.
extension PixelBuffer {
  /// Every colour becomes its grey (``grey(_:_:_:)``).
  mutating func removeColor() { weigh(ColorWeights.grey) }

  /// Every colour becomes a brown.
  mutating func turnSepia() { weigh(ColorWeights.sepia) }

  private mutating func weigh(_ weights: cp_colour_weights) {
    if channels == 1 { return }
    let (channels, count) = (Int32(channels), width * height)
    var weights = weights
    rewrite { cp_weigh_colours(PixelKernels.level, $0, $1, count, channels, &weights) }
  }

  /// Takes each of red, green and blue from one of them, 0...2.
  mutating func reorderColors(_ order: [UInt8]) {
    if channels == 1 { return }
    let (channels, count) = (Int32(channels), width * height)
    rewrite { cp_reorder(PixelKernels.level, $0, $1, count, channels, order) }
  }
}

/// What red, green and blue weigh in the results.
private enum ColorWeights {
  /// As ``grey(_:_:_:)``.
  static let grey = cp_colour_weights(
    weights: (
      (1_253_678, 2_462_057, 478_151), (1_253_678, 2_462_057, 478_151), (1_253_678, 2_462_057, 478_151)
    ), bias: 0, bits: 22)
  /// 0.393, 0.769, 0.189 and so on, with 16 fraction bits.
  static let sepia = cp_colour_weights(
    weights: ((25756, 50397, 12386), (22872, 44958, 11010), (17826, 34996, 8585)), bias: 8, bits: 16)
}
