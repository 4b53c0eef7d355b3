/// A format that is read and written.
public enum ImageFormat: String, Codable, CaseIterable, Sendable {
  /// Portable Network Graphics (PNG specification, third edition).
  case png
  /// JPEG (ITU-T T.81) in JFIF, EXIF or Adobe files.
  case jpeg

  /// The format's name as people write it.
  public var displayName: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    }
  }
}

extension ImageFormat {
  /// Tells the format from the first bytes; a file's extension plays no part.
  ///
  /// - Throws: `ImageError.empty`, `.unsupportedFormat` (naming the format) or `.notAnImage`.
  static func recognise(_ data: [UInt8], name: String) throws(ImageError) -> ImageFormat {
    if data.isEmpty { throw .empty(name: name) }
    if data.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if data.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    for signature in Signature.unsupported where signature.matches(data) {
      throw .unsupportedFormat(name: name, format: signature.format)
    }
    throw .notAnImage(name: name)
  }
}

/// What the first bytes of a known but unsupported format look like.
private struct Signature {
  /// The format's name as people write it.
  let format: String
  /// Text that must stand at given offsets, one byte a character.
  let parts: [(offset: Int, text: String)]

  init(_ format: String, _ parts: (offset: Int, text: String)...) {
    self.format = format
    self.parts = parts
  }

  func matches(_ data: [UInt8]) -> Bool {
    parts.allSatisfy { part in
      data.dropFirst(part.offset).starts(
        with: part.text.unicodeScalars.lazy.map { UInt8(truncatingIfNeeded: $0.value) })
    }
  }

  static let unsupported = [
    Signature("GIF", (0, "GIF87a")),
    Signature("GIF", (0, "GIF89a")),
    Signature("WebP", (0, "RIFF"), (8, "WEBP")),
    Signature("BMP", (0, "BM"), (6, "\0\0\0\0")),
    Signature("TIFF", (0, "II*\0")),
    Signature("TIFF", (0, "MM\0*")),
    Signature("AVIF", (4, "ftypavif")),
    Signature("AVIF", (4, "ftypavis")),
    Signature("HEIC", (4, "ftyphei")),
    Signature("HEIC", (4, "ftyphev")),
    Signature("HEIC", (4, "ftypmif1")),
    Signature("HEIC", (4, "ftypmsf1")),
    Signature("JPEG XL", (0, "\u{FF}\u{0A}")),
    Signature("JPEG XL", (4, "JXL \r\n\u{87}\n")),
    Signature("JPEG 2000", (4, "jP  \r\n\u{87}\n")),
  ]
}
