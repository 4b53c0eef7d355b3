internal import CPixels

/// A rectangle of the image, resized: bilinear and antialiased.
///
/// Agrees byte for byte with Pillow's `resize` with `BILINEAR` (`ImagingResample`).
public struct BoxResize: TransformPlan {
  /// The rectangle: its left column and upper row.
  public let x, y: Int
  /// The rectangle's size.
  public let box: ImageSize
  /// The size after.
  public let size: ImageSize

  /// The size after.
  public func outputSize(for size: ImageSize) -> ImageSize { self.size }

  /// Crops and resizes: the pixels outside the rectangle have no influence.
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    guard size.isValid, box.isValid, (0...image.width).contains(x), (0...image.height).contains(y),
      x + box.width <= image.width, y + box.height <= image.height
    else {
      throw .planMismatch(
        expected: "a box within \(ImageSize(of: image))", got: "\(box) at \(x), \(y), resized to \(size)")
    }
    if box == size {
      try Crop(x: x, y: y, size: size, fill: 0).apply(to: &image)
      return
    }
    // Colours behind no alpha must not bleed into their neighbours, so RGBA is resized premultiplied.
    if image.channels == 4 { image.premultiply() }
    resize(&image)
    if image.channels == 4 { image.unpremultiply() }
  }

  private func resize(_ image: inout PixelBuffer) {
    let (stride, channels) = (image.width * image.channels, image.channels)
    let start = y * stride + x * channels
    var task = cp_resize_task()
    task.source_stride = stride
    task.readable = image.bytes.count - start
    task.channels = Int32(channels)
    (task.box_width, task.box_height) = (Int32(box.width), Int32(box.height))
    (task.width, task.height) = (Int32(size.width), Int32(size.height))
    task.target_stride = size.width * channels
    image.replace(width: size.width, height: size.height, scratchBytes: cp_resize_scratch_bytes(&task)) {
      source, target, scratch in
      task.source = source.baseAddress.map { $0 + start }
      task.target = target.baseAddress
      cp_resize(PixelKernels.level, &task, scratch.baseAddress)
    }
  }
}
