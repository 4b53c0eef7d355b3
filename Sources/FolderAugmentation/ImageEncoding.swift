import ImageCodecs
import Pixels

/// How images are written.
public enum ImageEncoding: Hashable, Sendable {
  /// PNG, without loss, in the channels of the source.
  case png
  /// Baseline JPEG of a quality, 1...100; what is transparent becomes white.
  case jpeg(quality: Int)

  /// The ending of the files' names.
  var fileExtension: String {
    switch self {
    case .png: "png"
    case .jpeg: "jpg"
    }
  }

  /// How a source is decoded: JPEG has no alpha.
  func decoding(_ header: ImageHeader) -> DecodeOptions {
    switch self {
    case .png: DecodeOptions()
    case .jpeg: DecodeOptions(channels: header.channels == 4 ? 3 : nil)
    }
  }

  func encode(_ image: PixelBuffer) throws(ImageError) -> [UInt8] {
    switch self {
    case .png: try ImageCodec.encodePNG(image)
    case .jpeg(let quality): try ImageCodec.encodeJPEG(image, quality: quality)
    }
  }
}

extension ImageEncoding: Codable {
  private enum CodingKeys: String, CodingKey { case format, quality }

  /// Reads `{"format": "png"}` or `{"format": "jpeg", "quality": 90}`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(ImageFormat.self, forKey: .format) {
    case .png: self = .png
    case .jpeg:
      let quality = try container.decode(Int.self, forKey: .quality)
      guard (1...100).contains(quality) else {
        throw DecodingError.dataCorruptedError(
          forKey: .quality, in: container, debugDescription: "quality is 1 to 100, not \(quality)")
      }
      self = .jpeg(quality: quality)
    }
  }

  /// Writes format and quality.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .png: try container.encode(ImageFormat.png, forKey: .format)
    case .jpeg(let quality):
      try container.encode(ImageFormat.jpeg, forKey: .format)
      try container.encode(quality, forKey: .quality)
    }
  }
}
