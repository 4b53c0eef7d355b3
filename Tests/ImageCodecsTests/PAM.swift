import Pixels
import TestSupport

/// The images of `expected.pam` by the name in their comments.
enum PAM {
  struct Malformed: Error {}

  static func expected() throws -> [String: PixelBuffer] {
    var images: [String: PixelBuffer] = [:]
    var rest = try Fixtures.bytes("expected.pam")[...]
    while !rest.isEmpty {
      var name: String?
      var fields: [String: Int] = [:]
      while let line = nextLine(&rest), line != "ENDHDR" {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        if words[0] == "#" { name = words[1] }
        if words.count == 2 { fields[words[0]] = Int(words[1]) }
      }
      guard let name, let width = fields["WIDTH"], let height = fields["HEIGHT"],
        let channels = fields["DEPTH"],
        rest.count >= width * height * channels
      else { throw Malformed() }
      let bytes = Array(rest.prefix(width * height * channels))
      images[name] = PixelBuffer(width: width, height: height, channels: channels, bytes: bytes)
      rest = rest.dropFirst(bytes.count)
    }
    return images
  }

  private static func nextLine(_ bytes: inout ArraySlice<UInt8>) -> String? {
    guard let end = bytes.firstIndex(of: 0x0A) else { return nil }
    defer { bytes = bytes[(end + 1)...] }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}

extension PixelBuffer {
  /// The largest difference between two values, or nil for images of different shapes.
  func largestDifference(to other: PixelBuffer) -> Int? {
    guard (width, height, channels) == (other.width, other.height, other.channels) else { return nil }
    return zip(bytes, other.bytes).map { abs(Int($0) - Int($1)) }.max()
  }
}
