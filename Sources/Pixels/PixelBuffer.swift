/// An 8-bit image: rows from the top, pixels from the left, channels interleaved, no padding between rows.
public struct PixelBuffer: Equatable, Sendable {
  /// Width in pixels, at least 1.
  public let width: Int
  /// Height in pixels, at least 1.
  public let height: Int
  /// 1 (grey), 3 (RGB) or 4 (RGB and straight alpha).
  public let channels: Int
  /// `width * height * channels` values, row by row.
  public var bytes: [UInt8]

  /// An image of one value.
  public init(width: Int, height: Int, channels: Int, filledWith value: UInt8 = 0) {
    self.init(
      width: width, height: height, channels: channels,
      bytes: [UInt8](repeating: value, count: width * height * channels))
  }

  /// An image from its values, which must be `width * height * channels` in number.
  public init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition([1, 3, 4].contains(channels), "an image has 1, 3 or 4 channels")
    precondition(bytes.count == width * height * channels, "the values do not fit the size")
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }

  /// The value of one channel of one pixel.
  public subscript(x: Int, y: Int, channel: Int) -> UInt8 {
    get { bytes[(y * width + x) * channels + channel] }
    set { bytes[(y * width + x) * channels + channel] = newValue }
  }
}
