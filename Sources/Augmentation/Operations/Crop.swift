/// A rectangle of the image; what lies outside the image is as the border says.
public struct Crop: TransformPlan {
  /// The left column and upper row, negative where padding begins before the image.
  public let x, y: Int
  /// The size of the rectangle.
  public let size: ImageSize
  /// The value beyond a constant border, in every channel.
  public let fill: UInt8
  /// What lies outside the image.
  public let border: Border

  /// A rectangle of an image.
  public init(x: Int, y: Int, size: ImageSize, fill: UInt8 = 0, border: Border = .constant) {
    self.x = x
    self.y = y
    self.size = size
    self.fill = fill
    self.border = border
  }

  /// Where a crop may begin, so that no sum can overflow.
  static let places = -(1 << 30)...1 << 30

  /// The size of the rectangle.
  public func outputSize(for size: ImageSize) -> ImageSize { self.size }

  /// Copies the rectangle; O(its area).
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    guard size.isValid, Self.places.contains(x), Self.places.contains(y) else {
      throw .planMismatch(expected: "a crop at most 2^30 pixels away", got: "\(size) at \(x), \(y)")
    }
    if (x, y) == (0, 0), size == ImageSize(of: image) { return }
    let isInside = x >= 0 && y >= 0 && x + size.width <= image.width && y + size.height <= image.height
    if border == .constant || isInside { crop(&image, isInside: isInside) } else { takeContinued(&image) }
  }

  private func crop(_ image: inout PixelBuffer, isInside: Bool) {
    let (width, channels) = (image.width, image.channels)
    // The columns and rows of the image that lie in the rectangle: all, some or none.
    let columns = (x..<x + size.width).clamped(to: 0..<width)
    let rows = (y..<y + size.height).clamped(to: 0..<image.height)
    image.replace(width: size.width, height: size.height) { source, target, _ in
      if !isInside { target.update(repeating: fill) }
      if columns.isEmpty { return }
      for row in rows {
        let from = (row * width + columns.lowerBound) * channels
        let to = ((row - y) * size.width + columns.lowerBound - x) * channels
        let pixels = UnsafeBufferPointer(rebasing: source[from..<from + columns.count * channels])
        _ = UnsafeMutableBufferPointer(rebasing: target[to...]).update(fromContentsOf: pixels)
      }
    }
  }

  /// The rectangle of an image that goes on beyond its border.
  private func takeContinued(_ image: inout PixelBuffer) {
    let (width, height, channels) = (image.width, image.height, image.channels)
    let columns = (x..<x + size.width).map { border.index($0, count: width) }
    // The columns of the result that the image itself has, at one piece.
    let within = (-x..<width - x).clamped(to: 0..<size.width)
    // Raw memory, entered once: every column and row is one of the image.
    image.replace(width: size.width, height: size.height) { source, target, _ in
      guard let source = source.baseAddress, var output = target.baseAddress else { return }
      for row in y..<y + size.height {
        let line = source + border.index(row, count: height) * width * channels
        for column in columns.indices where !within.contains(column) {
          (output + column * channels).update(from: line + columns[column] * channels, count: channels)
        }
        if !within.isEmpty {
          (output + within.lowerBound * channels).update(
            from: line + columns[within.lowerBound] * channels, count: within.count * channels)
        }
        output += size.width * channels
      }
    }
  }
}
