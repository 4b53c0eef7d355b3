/// Moves the pixels of an image: every pixel of the result takes the value at some place of the source. The size
/// stays.
///
/// The place of a pixel is what the field gives, if there is one, moved on by the map. Positions are fixed-point
/// (24 fraction bits, each row set anew).
struct Warp {
  var map = ProjectiveMap.identity
  var field: (any SourceField)? = nil
  let sampling: Sampling

  /// This warp and one behind it as one, which reads the image only once and keeps what would have left it in
  /// between; nil where they read it in different ways or nothing short describes both.
  func followed(by next: Warp) -> Warp? {
    guard field == nil, sampling == next.sampling else { return nil }
    let both = map * next.map
    return both.isModerate ? Warp(map: both, field: next.field, sampling: sampling) : nil
  }

  func apply(to image: inout PixelBuffer) {
    let (size, channels) = (ImageSize(of: image), image.channels)
    let scratchBytes = PositionRow.byteCount(width: size.width)
    image.replace(width: size.width, height: size.height, scratchBytes: scratchBytes) {
      source, target, scratch in
      guard let source = source.baseAddress, let target = target.baseAddress,
        let positions = PositionRow(width: size.width, memory: scratch)
      else { return }
      let sampler = PixelSampler(source: source, size: size, channels: channels, sampling: sampling)
      for row in 0..<size.height {
        if let field {
          positions.fill(row: row, from: field, through: map, size: size)
        } else {
          positions.fill(row: row, from: map, size: size)
        }
        sampler.sample(positions, into: target + row * size.width * channels)
      }
    }
  }
}

/// A plan that moves pixels and keeps the size, so that several in a row can be done as one.
protocol WarpPlan: TransformPlan {
  /// Where the pixels come from.
  /// - Throws: ``AugmentationError/planMismatch(expected:got:)`` for numbers that no transform draws.
  func warp(for size: ImageSize) throws(AugmentationError) -> Warp
}

extension WarpPlan {
  /// Waits for other warps.
  public func run(on runner: inout PlanRunner) throws(AugmentationError) { try runner.append(self) }

  func applyWarp(to image: inout PixelBuffer) throws(AugmentationError) {
    try warp(for: ImageSize(of: image)).apply(to: &image)
  }
}
