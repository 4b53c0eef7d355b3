/// A rectangle of the image; what lies outside the image has one value in every channel.
public struct Crop: TransformPlan {
  /// The left column and upper row, negative where padding begins before the image.
  public let x, y: Int
  /// The size of the rectangle.
  public let size: ImageSize
  /// The value outside the image, 0...255.
  public let fill: UInt8

  /// The size of the rectangle.
  public func outputSize(for size: ImageSize) -> ImageSize { self.size }

  /// Copies the rectangle; O(its area).
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    guard size.isValid, let columns = Self.overlap(from: x, count: size.width, limit: image.width),
      let rows = Self.overlap(from: y, count: size.height, limit: image.height)
    else {
      throw .planMismatch(expected: "a crop that meets the image", got: "\(size) at \(x), \(y)")
    }
    if (x, y) == (0, 0), size == ImageSize(of: image) { return }

    let channels = image.channels
    var cropped = PixelBuffer(width: size.width, height: size.height, channels: channels, filledWith: fill)
    Self.copy(image, x: x, y: y, columns: columns, rows: rows, into: &cropped)
    image = cropped
  }

  private static func copy(
    _ image: PixelBuffer, x: Int, y: Int, columns: Range<Int>, rows: Range<Int>,
    into cropped: inout PixelBuffer
  ) {
    let (channels, width) = (image.channels, cropped.width)
    let source = image.bytes.span
    var target = cropped.bytes.mutableSpan
    let length = columns.count * channels
    for row in rows {
      let from = (row * image.width + columns.lowerBound) * channels
      let to = ((row - y) * width + columns.lowerBound - x) * channels
      for index in 0..<length { target[to + index] = source[from + index] }
    }
  }

  /// The part of a run of pixels that lies in the image.
  private static func overlap(from start: Int, count: Int, limit: Int) -> Range<Int>? {
    guard (-count..<limit).contains(start) else { return nil }
    return max(start, 0)..<min(start + count, limit)
  }
}
