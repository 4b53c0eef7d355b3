/// What is done about an image whose data end early.
public enum TruncatedImages: String, Codable, CaseIterable, Sendable {
  /// It is an error.
  case fail
  /// What there is of it is kept. libjpeg fills the rest of a JPEG (grey, or with what the first scans of a
  /// progressive one show); that of a PNG is black, or transparent if it can be, as Pillow has it. Data that end
  /// before the first pixels stay an error.
  case keep
}

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
  /// Images that take more bytes than this while they are decoded are refused before memory is allocated for them:
  /// the pixels, and the coefficients of a progressive JPEG or a second copy of the pixels where they are converted
  /// or turned. The default is 6 bytes for each pixel that is allowed, RGB twice, but 1 GiB at least.
  public var maximumMemory: Int
  /// Whether a photograph is turned upright as its EXIF orientation says.
  public var appliesOrientation: Bool
  /// What is done about an image whose data end early.
  public var truncated: TruncatedImages

  /// Options; by default all channels of the image, white behind it, and upright.
  public init(
    channels: Int? = nil, background: (UInt8, UInt8, UInt8) = (255, 255, 255),
    maximumPixels: Int = 178_956_970, maximumMemory: Int? = nil, appliesOrientation: Bool = true,
    truncated: TruncatedImages = .fail
  ) {
    precondition(channels == nil || channels == 1 || channels == 3, "1 or 3 channels can be asked for")
    self.channels = channels
    self.background = background
    self.maximumPixels = maximumPixels
    self.maximumMemory = maximumMemory ?? max(1 << 30, Int(min(Double(maximumPixels) * 6, 0x1p62)))
    self.appliesOrientation = appliesOrientation
    self.truncated = truncated
  }
}

extension DecodeOptions {
  /// Throws `ImageError.tooManyPixels` or `.tooMuchMemory` before memory is allocated for an image.
  func check(
    _ reader: borrowing ImageReader, orientation: ImageOrientation, name: String
  ) throws(ImageError) {
    let (width, height) = (Int(reader.info.width), Int(reader.info.height))
    if width * height > maximumPixels {
      throw .tooManyPixels(name: name, width: width, height: height, limit: maximumPixels)
    }
    let channels = Int(reader.info.channels)
    let converted = self.channels.map { $0 == channels ? 0 : $0 } ?? 0
    let turned = orientation == .upright ? 0 : channels
    // Multiplied with care: the caller may allow any number of pixels.
    let (copy, isTooMuch) = (width * height).multipliedReportingOverflow(
      by: channels + max(converted, turned))
    let bytes = isTooMuch ? .max : max(copy, width * height * channels + reader.workingMemory)
    if bytes > maximumMemory {
      throw .tooMuchMemory(name: name, width: width, height: height, bytes: bytes, limit: maximumMemory)
    }
  }

  /// How many bytes of the data a reader is given.
  func usableLength(of data: [UInt8], format: ImageFormat) -> Int {
    format == .jpeg && truncated == .keep ? JPEGSegments.lengthOfWholeSegments(data) : data.count
  }

  /// Whether a region can be read alone: not of a PNG that may be cut anywhere, which is read whole so that what is
  /// missing is where it is in the whole image.
  func mayReadRegions(of format: ImageFormat) -> Bool { format == .jpeg || truncated == .fail }
}
