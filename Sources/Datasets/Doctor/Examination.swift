import Crypto
import Glibc
import ImageCodecs
import Pixels

/// What reading and decoding one file tells.
struct Examination: Codable, Equatable, Sendable {
  /// Why it cannot be used; the other facts are then those that are known.
  struct Problem: Codable, Equatable, Sendable {
    let kind: FindingKind
    /// Without the file's name.
    let reason: String
  }

  var problem: Problem?
  /// SHA-256 of the file, in hexadecimal digits.
  var digest: String?
  var format: ImageFormat?
  /// As it is shown, in pixels.
  var width = 0
  var height = 0
  /// As in the file: 1, 3 or 4.
  var channels = 0
  var orientation = ImageOrientation.upright
  /// Of red, green and blue on white.
  var moments: ChannelMoments?
  var signature: PictureSignature?

  /// Examines a file.
  init(of path: String) {
    do throws(ImageError) {
      let bytes = try ImageCodec.contents(of: path)
      digest = SHA256.hash(data: bytes).hexadecimal
      let header = try ImageCodec.header(of: bytes, name: path)
      (format, width, height) = (header.format, header.width, header.height)
      (channels, orientation) = (header.channels, header.orientation)
      let image = try ImageCodec.decode(bytes, name: path, options: DecodeOptions(channels: 3))
      moments = ChannelMoments(of: image)
      signature = PictureSignature(of: image)
    } catch {
      problem = Problem(kind: FindingKind(error), reason: error.reason(without: path))
    }
  }
}

extension ImageError {
  /// What is wrong, without the file's name in front.
  func reason(without name: String) -> String {
    let (text, prefix) = (description, name + ": ")
    return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
  }
}

extension FindingKind {
  /// The finding that a file which cannot be read is.
  init(_ error: ImageError) {
    switch error {
    case .missing: self = .missing
    case .empty: self = .empty
    case .unsupportedFormat, .unsupportedKind: self = .unsupported
    case .notAnImage: self = .notAnImage
    case .tooManyPixels, .tooMuchMemory, .outOfMemory: self = .tooLarge
    case .truncated: self = .truncated
    case .corrupt: self = .corrupt
    case .unreadable, .notEncodable: self = .unreadable
    }
  }
}
