/// The magnitudes of a family of policies: what a bin means for each operation.
///
/// As in torchvision's `autoaugment`, whose numbers are those of the papers.
enum PolicySpace {
  /// AutoAugment and RandAugment.
  case standard
  /// TrivialAugment's wide space.
  case wide
  /// AugMix.
  case mix

  /// The operations that a random choice is made from, in torchvision's order.
  var kinds: [PolicyOperation.Kind] {
    switch self {
    case .standard, .wide:
      [
        .identity, .shearX, .shearY, .translateX, .translateY, .rotate, .brightness, .color, .contrast,
        .sharpness, .posterize, .solarize, .autoContrast, .equalize,
      ]
    case .mix:
      [
        .shearX, .shearY, .translateX, .translateY, .rotate, .posterize, .solarize, .autoContrast, .equalize,
        .brightness, .color, .contrast, .sharpness,
      ]
    }
  }

  /// An operation at a bin.
  /// - Parameters:
  ///   - bin: 0 to `bins` - 1: the strength.
  ///   - bins: at least 2.
  ///   - isNegative: turns the sign of those that have two directions.
  ///   - size: the image's, of which translations are a part.
  func operation(
    _ kind: PolicyOperation.Kind, bin: Int, of bins: Int, isNegative: Bool, size: ImageSize
  ) -> PolicyOperation {
    let last = Double(bins - 1)
    func directed(_ largest: Double) -> PolicyOperation {
      let magnitude = largest * Double(bin) / last
      return PolicyOperation(kind, magnitude: isNegative && magnitude > 0 ? -magnitude : magnitude)
    }
    switch kind {
    case .identity, .autoContrast, .equalize, .invert: return PolicyOperation(kind)
    case .shearX, .shearY: return directed(self == .wide ? 0.99 : 0.3)
    case .translateX: return directed(translation(size.width))
    case .translateY: return directed(translation(size.height))
    case .rotate: return directed(self == .wide ? 135 : 30)
    case .brightness, .color, .contrast, .sharpness: return directed(self == .wide ? 0.99 : 0.9)
    case .posterize:
      let (most, cut) = self == .standard ? (8.0, 4.0) : self == .wide ? (8, 6) : (4, 4)
      return PolicyOperation(kind, magnitude: most - (Double(bin) * cut / last).rounded(.toNearestOrEven))
    case .solarize:
      return PolicyOperation(kind, magnitude: 255 * (last - Double(bin)) / last)
    }
  }

  private func translation(_ side: Int) -> Double {
    switch self {
    case .standard: 150 * Double(side) / 331
    case .wide: 32
    case .mix: Double(side) / 3
    }
  }
}
