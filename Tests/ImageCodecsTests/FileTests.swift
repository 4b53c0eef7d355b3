import Glibc
import ImageCodecs
import TestSupport
import Testing

/// Files that are not readable images: one clear line each.
@Suite struct FileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What decoding and reading the header both say, after the path.
  private func complaint(_ path: String) -> String? {
    let error = failure { try ImageCodec.decode(contentsOf: path) }
    #expect(error == failure { try ImageCodec.header(contentsOf: path) })
    guard let line = error?.description, line.hasPrefix(path) else { return nil }
    return String(line.dropFirst(path.count))
  }

  @Test func missing() {
    #expect(complaint(folder.path(of: "no.png")) == ": no such file")
  }

  @Test func folderInstead() throws {
    #expect(complaint(try folder.makeFolder("a.png")) == ": cannot be read: Is a directory")
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything")) func withoutPermission() throws {
    let path = try folder.write(file: "a.png", bytes: Fixtures.bytes("grey8.png"))
    chmod(path, 0)
    #expect(complaint(path) == ": cannot be read: Permission denied")
  }

  @Test func pathThroughAFile() throws {
    let path = try folder.write(file: "a", text: "text")
    #expect(complaint(path + "/b.png") == ": cannot be read: Not a directory")
  }

  @Test func pipeWithoutWriter() {
    let path = folder.path(of: "pipe.png")
    #expect(mkfifo(path, 0o600) == 0)
    #expect(complaint(path) == ": cannot be read: Not a regular file")
  }

  @Test func empty() throws {
    #expect(
      complaint(try folder.write(file: "a.png", bytes: [])) == ": is an empty file (expected PNG or JPEG)")
  }

  @Test func absurdlyLarge() throws {
    let path = try folder.write(file: "a.png", bytes: [])
    #expect(truncate(path, 1 << 40) == 0)  // a file of holes
    let error = failure { try ImageCodec.decode(contentsOf: path) }
    #expect(error == .unreadable(name: path, reason: "File too large"))
  }

  @Test func text() throws {
    #expect(
      complaint(try folder.write(file: "a.png", text: "hello")) == ": is not an image (expected PNG or JPEG)")
  }

  private static let otherFormats: [(String, [UInt8])] = [
    ("GIF", "GIF89a"), ("WebP", "RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 "), ("TIFF", "II*\0"), ("TIFF", "MM\0*"),
    ("BMP", "BM\u{46}\0\0\0\0\0\0\0"), ("HEIC", "\0\0\0\u{18}ftypheic"), ("AVIF", "\0\0\0\u{18}ftypavif"),
    ("HEIC", "\0\0\0\u{14}ftypmif1\0\0\0\0heicavif"), ("AVIF", "\0\0\0\u{18}ftypmif1\0\0\0\0miafavif"),
    ("TIFF", "II+\0"), ("ICO", "\0\0\u{1}\0"), ("PSD", "8BPS\0\u{1}"),
    ("JPEG XL", "\u{FF}\u{0A}"), ("JPEG 2000", "\0\0\0\u{0C}jP  \r\n\u{87}\u{0A}"),
  ].map { format, start in (format, start.unicodeScalars.map { UInt8($0.value) }) }

  @Test(arguments: otherFormats)
  func otherFormat(format: String, bytes: [UInt8]) throws {
    #expect(
      complaint(try folder.write(file: "a.jpg", bytes: bytes))
        == ": unsupported: \(format) (expected PNG, or JPEG of 8 bits)")
  }

  @Test func theExtensionDoesNotMatter() throws {
    let path = try folder.write(file: "a.png", bytes: Fixtures.bytes("grey.jpg"))
    #expect(try ImageCodec.header(contentsOf: path).format == .jpeg)
    #expect(try ImageCodec.decode(contentsOf: path).width == 37)
  }
}
