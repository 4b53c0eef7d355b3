/// Applies plans one after the other to an image, and in one pass those that can be.
///
/// Look-up tables wait until another kind of plan needs the pixels, or the end: n tables in a row cost one.
struct PlanRunner {
  private var image: PixelBuffer
  private var tables: ChannelTables?

  /// A runner that begins with an image.
  init(_ image: PixelBuffer) {
    self.image = image
  }

  /// The size of the image so far.
  var size: ImageSize { ImageSize(of: image) }

  /// Applies a plan, or keeps it for the next pass.
  mutating func run(_ plan: any TransformPlan) throws(AugmentationError) {
    if let plan = plan as? any TablePlan {
      if let next = try plan.tables(for: TabledImage(image: image, pending: tables)) { tables.append(next) }
    } else {
      tables.flush(to: &image)
      try plan.apply(to: &image)
    }
  }

  /// The image after all plans.
  mutating func finish() -> PixelBuffer {
    tables.flush(to: &image)
    return image
  }
}
