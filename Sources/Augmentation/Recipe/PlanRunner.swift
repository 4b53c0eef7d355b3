/// Applies plans one after the other to an image, and in one pass those that can be.
///
/// Look-up tables wait until another kind of plan needs the pixels, or the end: n tables in a row cost one. So do
/// warps that read the image in the same way.
public struct PlanRunner {
  private var image: PixelBuffer
  /// Whether left is still to become right: a flip that comes last may be done by whoever reads the pixels next.
  private var isMirrored = false
  // At most one of the two waits at any time, and behind a waiting flip there are tables alone.
  private var tables: ChannelTables?
  private var warp: Warp?

  /// A runner that begins with an image and changes it in place.
  init(_ image: consuming PixelBuffer) {
    self.image = image
  }

  /// A runner that begins with an image, which stays, and makes others in the memory of an earlier result.
  init(_ image: PixelBuffer, memory: inout PixelBuffer) {
    self.image = PixelBuffer(sharing: image, memory: &memory)
  }

  /// The size of the image so far.
  var size: ImageSize { ImageSize(of: image) }

  /// Applies a plan at once.
  mutating func apply(_ plan: some TransformPlan) throws(AugmentationError) {
    finishFlip()
    tables.flush(to: &image)
    finishWarp()
    try plan.apply(to: &image)
  }

  /// Keeps tables for the next pass.
  mutating func append(_ plan: some TablePlan) throws(AugmentationError) {
    finishWarp()
    if let next = try plan.tables(for: TabledImage(image: image, pending: tables)) { tables.append(next) }
  }

  /// Keeps a warp for the next pass.
  mutating func append(_ plan: some WarpPlan) throws(AugmentationError) {
    finishFlip()
    tables.flush(to: &image)
    let next = try plan.warp(for: size)
    if let both = warp?.followed(by: next) {
      warp = both
    } else {
      finishWarp()
      warp = next
    }
  }

  /// Keeps a flip for whoever reads the pixels next.
  mutating func flip() {
    finishWarp()
    isMirrored.toggle()
  }

  /// The image after all plans, which the runner has no longer.
  mutating func finish() -> PixelBuffer {
    finishFlip()
    tables.flush(to: &image)
    finishWarp()
    return image.take()
  }

  /// The image after all plans but, perhaps, for the last flip, which the runner has no longer.
  mutating func finishAllButFlip() -> (image: PixelBuffer, isMirrored: Bool) {
    tables.flush(to: &image)
    finishWarp()
    return (image.take(), isMirrored)
  }

  private mutating func finishFlip() {
    if isMirrored { image.mirror() }
    isMirrored = false
  }

  private mutating func finishWarp() {
    warp?.apply(to: &image)
    warp = nil
  }
}
