/// Why an image could not be read or written. Each case names the file (or what the caller called the data).
public enum ImageError: Error, Equatable, Sendable {
  /// There is no such file.
  case missing(name: String)
  /// The operating system did not let the file be read; `reason` is its own text.
  case unreadable(name: String, reason: String)
  /// The file has no bytes.
  case empty(name: String)
  /// An image of a known format that is not read here, for example "WebP" or "12-bit JPEG".
  case unsupportedFormat(name: String, format: String)
  /// A PNG or JPEG of a kind that the library does not read; `detail` is its text.
  case unsupportedKind(name: String, format: ImageFormat, detail: String)
  /// The first bytes are those of no known image format.
  case notAnImage(name: String)
  /// The header announces more pixels than the caller allows.
  case tooManyPixels(name: String, width: Int, height: Int, limit: Int)
  /// Decoding would take more memory than the caller allows.
  case tooMuchMemory(name: String, width: Int, height: Int, bytes: Int, limit: Int)
  /// The data ends before the image does; `detail` is the library's text.
  case truncated(name: String, format: ImageFormat, detail: String)
  /// The data breaks the format's rules; `detail` is the library's text.
  case corrupt(name: String, format: ImageFormat, detail: String)
  /// Memory ran out while decoding or encoding.
  case outOfMemory(name: String)
  /// The image or a setting does not fit the format that was to be written.
  case notEncodable(format: ImageFormat, reason: String)
}

extension ImageError: CustomStringConvertible {
  /// One line: the file, what is wrong with it, and what was expected where that helps.
  public var description: String {
    switch self {
    case .missing(let name):
      "\(name): no such file"
    case .unreadable(let name, let reason):
      "\(name): cannot be read: \(reason)"
    case .empty(let name):
      "\(name): is an empty file (expected PNG or JPEG)"
    case .unsupportedFormat(let name, let format):
      "\(name): unsupported: \(format) (expected PNG, or JPEG of 8 bits)"
    case .unsupportedKind(let name, let format, let detail):
      "\(name): unsupported: a \(format.displayName) of a kind that is not read: \(detail)"
    case .notAnImage(let name):
      "\(name): is not an image (expected PNG or JPEG)"
    case .tooManyPixels(let name, let width, let height, let limit):
      "\(name): is \(width) x \(height) pixels, more than the limit of \(limit) pixels"
    case .tooMuchMemory(let name, let width, let height, let bytes, let limit):
      "\(name): is \(width) x \(height) pixels and takes \(bytes) bytes of memory to decode, more than the limit of \(limit)"
    case .truncated(let name, let format, let detail):
      "\(name): the \(format.displayName) data is cut short: \(detail)"
    case .corrupt(let name, let format, let detail):
      "\(name): the \(format.displayName) data is damaged: \(detail)"
    case .outOfMemory(let name):
      "\(name): not enough memory for this image"
    case .notEncodable(let format, let reason):
      "cannot write this image as \(format.displayName): \(reason)"
    }
  }
}
