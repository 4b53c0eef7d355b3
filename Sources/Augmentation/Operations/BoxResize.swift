/// A rectangle of the image, resized.
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
    let rows = RowResize(image: image, x: x, y: y, box: box, width: size.width).result()
    image = ColumnResize(rows: rows, count: box.height).result(size: size, channels: image.channels)
    if image.channels == 4 { image.unpremultiply() }
  }
}
