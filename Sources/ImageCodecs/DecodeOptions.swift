/// How to decode an image.
public struct DecodeOptions: Sendable {
  /// The channels wanted: 1 (grey) or 3 (RGB); nil keeps what the image has (1, 3, or 4 with alpha).
  ///
  /// RGB becomes grey by the ITU-R 601 luma in the integer form of Pillow's `convert("L")`.
  public var channels: Int?
  /// Red, green and blue of what lies behind transparent pixels when 1 or 3 channels are wanted.
  public var background: (UInt8, UInt8, UInt8)
  /// Images with more pixels are refused before memory is allocated for them. The default is Pillow's.
  public var maximumPixels: Int
  /// Whether a photograph is turned upright as its EXIF orientation says.
  public var appliesOrientation: Bool

  /// Options; by default all channels of the image, white behind it, and upright.
  public init(
    channels: Int? = nil, background: (UInt8, UInt8, UInt8) = (255, 255, 255),
    maximumPixels: Int = 178_956_970, appliesOrientation: Bool = true
  ) {
    precondition(channels == nil || channels == 1 || channels == 3, "1 or 3 channels can be asked for")
    self.channels = channels
    self.background = background
    self.maximumPixels = maximumPixels
    self.appliesOrientation = appliesOrientation
  }
}
