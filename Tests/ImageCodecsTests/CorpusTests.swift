import Foundation
import ImageCodecs
import Pixels
import TestSupport
import Testing

/// The images that Go's and gdk-pixbuf's authors test their decoders with, against what Pillow reads from them. They
/// are not committed: `tools/fetch-test-images` fetches them, and without them the test says that it is skipped.
@Suite struct CorpusTests {
  static let folder =
    URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    + "/data/test-images/"
  static let isFetched = ["golang-1.19-src", "gdk-pixbuf-tests"].allSatisfy {
    FileManager.default.fileExists(atPath: folder + $0 + "/.complete")
  }
  static let entries = ((try? String(contentsOfFile: Fixtures.path("corpus.tsv"), encoding: .utf8)) ?? "")
    .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }

  @Test func expectationsAreThere() {
    #expect(Self.entries.count == 321)
    let valid = Self.entries.filter { $0.count > 6 && $0[1] == "valid" }
    #expect(valid.allSatisfy { $0[0].contains(".jp") } && valid.count > 20)
  }

  @Test(
    .enabled(if: isFetched, "the images are not there; fetch them with tools/fetch-test-images"),
    arguments: entries)
  func isReadAsPillowReadsIt(entry: [String]) throws {
    let path = Self.folder + entry[0]
    let image: PixelBuffer
    do throws(ImageError) {
      image = try ImageCodec.decode(contentsOf: path)
    } catch {
      #expect(error.verdict == Array(entry.dropFirst().prefix(2)), "\(error)")
      return
    }
    #expect(entry[1] == "valid")
    guard entry.count > 5 else { return }
    #expect([image.width, image.height, image.channels] == entry[2..<5].map { Int($0) })
    if entry.count == 6 {
      #expect(image.digest == entry[5])
    } else {
      let means = entry[6].split(separator: ",").compactMap { Double($0) }
      let differences = zip(image.cellMeans, means).map { abs($0 - $1 / 16) }
      #expect(image.digest == entry[5] || (differences.count == means.count && (differences.max() ?? 0) <= 1))
    }
  }
}

extension ImageError {
  /// The verdict in the words of the committed list.
  fileprivate var verdict: [String] {
    switch self {
    case .truncated: ["truncated"]
    case .corrupt: ["corrupt"]
    case .unsupportedFormat(_, let format): ["unsupported", format]
    case .unsupportedKind(_, let format, _): ["unsupported", format.displayName]
    case .notAnImage: ["unknown"]
    case .tooManyPixels: ["too large"]
    default: ["\(self)"]
    }
  }
}

extension PixelBuffer {
  /// 64-bit FNV-1a over the values, 8 bytes at a time; every n-th row of more than a million pixels.
  fileprivate var digest: String {
    let stride = 1 + width * height / (1 << 20)
    var rows: [UInt8] = []
    for y in Swift.stride(from: 0, to: height, by: stride) {
      rows += bytes[y * width * channels..<(y + 1) * width * channels]
    }
    rows += [UInt8](repeating: 0, count: (8 - rows.count % 8) % 8)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    rows.withUnsafeBytes { bytes in
      var position = 0
      while position < bytes.count {
        hash = (hash ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
        hash = hash &* 0x100_0000_01B3
        position += 8
      }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The mean of each cell of a 4 x 4 grid, and in it of each channel.
  fileprivate var cellMeans: [Double] {
    var means: [Double] = []
    for row in 0..<4 {
      for column in 0..<4 {
        let (rows, columns) = (
          height * row / 4..<height * (row + 1) / 4, width * column / 4..<width * (column + 1) / 4
        )
        guard !rows.isEmpty, !columns.isEmpty else { continue }
        for channel in 0..<channels {
          let sum = rows.reduce(0) { sum, y in columns.reduce(sum) { $0 + Int(self[$1, y, channel]) } }
          means.append(Double(sum) / Double(rows.count * columns.count))
        }
      }
    }
    return means
  }
}
