import Augmentation

/// Pictures in rows, with what was done to each written under it.
public struct ContactSheet: Sendable {
  /// A picture and the lines under it.
  public struct Cell: Sendable {
    /// The picture.
    public var image: PixelBuffer
    /// What was done: a line for each step.
    public var caption: [String]

    /// A picture with its lines.
    public init(image: PixelBuffer, caption: [String]) {
      self.image = image
      self.caption = caption
    }
  }

  /// Pictures side by side, under a title.
  public struct Row: Sendable {
    /// What they have in common; empty for nothing.
    public var title: String
    /// The pictures.
    public var cells: [Cell]

    /// A row of pictures.
    public init(title: String, cells: [Cell]) {
      self.title = title
      self.cells = cells
    }
  }

  /// What the sheet shows.
  public var title: String
  /// From the top.
  public var rows: [Row]

  /// A sheet of rows.
  public init(title: String, rows: [Row]) {
    self.title = title
    self.rows = rows
  }
}

extension ContactSheet {
  /// Room for a picture in a sheet, in pixels.
  static let side = 160

  /// A picture as a sheet shows it: within ``side`` pixels, and RGB on white. Small ones are enlarged by a whole
  /// number, so that their pixels can be seen.
  static func shown(_ image: PixelBuffer) throws(AugmentationError) -> PixelBuffer {
    let opaque = image.opaque()
    let longest = max(image.width, image.height)
    if longest <= side { return opaque.enlarged(by: side / longest) }
    let size = ImageSize(
      width: max(1, image.width * side / longest), height: max(1, image.height * side / longest))
    return try AugmentationRecipe { Resize(size) }.apply(to: opaque, key: SampleKey(seed: 0, sample: 0))
  }
}

extension PixelBuffer {
  /// RGB, on white where the image has alpha.
  fileprivate func opaque() -> PixelBuffer {
    if channels == 3 { return self }
    var result = PixelBuffer(width: width, height: height, channels: 3)
    for pixel in 0..<width * height {
      for channel in 0..<3 {
        if channels == 1 {
          result.bytes[pixel * 3 + channel] = bytes[pixel]
        } else {
          let (value, alpha) = (Int(bytes[pixel * 4 + channel]), Int(bytes[pixel * 4 + 3]))
          result.bytes[pixel * 3 + channel] = UInt8((value * alpha + 255 * (255 - alpha) + 127) / 255)
        }
      }
    }
    return result
  }

  /// Every pixel as a square of pixels.
  fileprivate func enlarged(by factor: Int) -> PixelBuffer {
    if factor == 1 { return self }
    var result = PixelBuffer(width: width * factor, height: height * factor, channels: channels)
    for y in 0..<result.height {
      for x in 0..<result.width {
        for channel in 0..<channels { result[x, y, channel] = self[x / factor, y / factor, channel] }
      }
    }
    return result
  }
}
