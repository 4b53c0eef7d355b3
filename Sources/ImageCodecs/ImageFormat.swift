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
    if data.starts(with: [0xFF, 0xD8, 0xFF]) {
      if let process = JPEGSegments.unsupportedProcess(of: data) {
        throw .unsupportedFormat(name: name, format: process)
      }
      return .jpeg
    }
    if let format = Signature.formatOfBoxes(data) { throw .unsupportedFormat(name: name, format: format) }
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

  /// What a file in boxes (ISO/IEC 14496-12) is by the brands of its first one: a still image may name its coding
  /// first or only among the compatible ones.
  static func formatOfBoxes(_ data: [UInt8]) -> String? {
    guard data.dropFirst(4).starts(with: Array("ftyp".utf8)) else { return nil }
    let length = data.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    let text = data.prefix(min(length, 4096)).dropFirst(8)
    let brands = stride(from: text.startIndex, to: text.endIndex, by: 4).map { start in
      String(decoding: text[start..<min(start + 4, text.endIndex)], as: UTF8.self)
    }
    if brands.contains(where: { ["avif", "avis"].contains($0) }) { return "AVIF" }
    let isHEIF = brands.contains {
      ["mif1", "msf1"].contains($0) || $0.hasPrefix("hei") || $0.hasPrefix("hev")
    }
    return isHEIF ? "HEIC" : nil
  }

  static let unsupported = [
    Signature("GIF", (0, "GIF87a")),
    Signature("GIF", (0, "GIF89a")),
    Signature("WebP", (0, "RIFF"), (8, "WEBP")),
    Signature("BMP", (0, "BM"), (6, "\0\0\0\0")),
    Signature("TIFF", (0, "II*\0")),
    Signature("TIFF", (0, "MM\0*")),
    Signature("TIFF", (0, "II+\0")),
    Signature("TIFF", (0, "MM\0+")),
    Signature("ICO", (0, "\0\0\u{1}\0")),
    Signature("PSD", (0, "8BPS\0\u{1}")),
    Signature("JPEG XL", (0, "\u{FF}\u{0A}")),
    Signature("JPEG XL", (4, "JXL \r\n\u{87}\n")),
    Signature("JPEG 2000", (4, "jP  \r\n\u{87}\n")),
  ]
}
