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
    try check(within: ImageSize(of: image))
    if box == size {
      try Crop(x: x, y: y, size: size, fill: 0).apply(to: &image)
      return
    }
    // Colours behind no alpha must not bleed into their neighbours, so RGBA is resized premultiplied.
    if image.channels == 4 { image.premultiply() }
    let (width, channels) = (image.width, image.channels)
    var task = task(width: width, channels: channels)
    image.replace(width: size.width, height: size.height, scratchBytes: cp_resize_scratch_bytes(&task)) {
      run(&task, source: $0, target: $1, scratch: $2)
    }
    if image.channels == 4 { image.unpremultiply() }
  }

  /// Makes an image of a rectangle of another one, which lies elsewhere and stays as it is.
  /// - Parameters:
  ///   - pixels: the other image, without gaps between its rows.
  ///   - whole: its size.
  ///   - channels: 1 or 3.
  func apply(
    to image: inout PixelBuffer, reading pixels: Span<UInt8>, of whole: ImageSize, channels: Int
  ) throws(AugmentationError) {
    try check(within: whole)
    var task = task(width: whole.width, channels: channels)
    pixels.withUnsafeBufferPointer { pixels in
      image.replace(
        width: size.width, height: size.height, channels: channels,
        scratchBytes: cp_resize_scratch_bytes(&task)
      ) {
        run(&task, source: pixels, target: $1, scratch: $2)
      }
    }
  }

  private func check(within image: ImageSize) throws(AugmentationError) {
    guard size.isValid, box.isValid, (0...image.width).contains(x), (0...image.height).contains(y),
      x + box.width <= image.width, y + box.height <= image.height
    else {
      throw .planMismatch(expected: "a box within \(image)", got: "\(box) at \(x), \(y), resized to \(size)")
    }
  }

  private func task(width: Int, channels: Int) -> cp_resize_task {
    var task = cp_resize_task()
    task.source_stride = width * channels
    task.channels = Int32(channels)
    (task.box_width, task.box_height) = (Int32(box.width), Int32(box.height))
    (task.width, task.height) = (Int32(size.width), Int32(size.height))
    task.target_stride = size.width * channels
    return task
  }

  private func run(
    _ task: inout cp_resize_task, source: UnsafeBufferPointer<UInt8>,
    target: UnsafeMutableBufferPointer<UInt8>, scratch: UnsafeMutableBufferPointer<UInt8>
  ) {
    let start = y * task.source_stride + x * Int(task.channels)
    task.source = source.baseAddress.map { $0 + start }
    task.readable = source.count - start
    task.target = target.baseAddress
    cp_resize(PixelKernels.level, &task, scratch.baseAddress)
  }
}
