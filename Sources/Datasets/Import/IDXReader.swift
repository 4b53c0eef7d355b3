/// Reads a pair of IDX files (Y. LeCun's format of MNIST): big-endian header, then the values.
///
/// Images: magic 0x00000803 (unsigned bytes, three dimensions), count, rows, columns, pixels row by row.
/// Labels: magic 0x00000801, count, one byte each.
final class IDXReader: RecordReader {
  let count: Int
  let width: Int
  let height: Int
  let classCount: Int
  /// One for each image.
  let labels: [UInt8]
  private let images: GzipReader
  private var done = 0

  /// The largest side that is believed; real IDX sets have 28.
  private static let largestSide = 8192

  /// Reads the labels and the images' header.
  ///
  /// Throws `ImportError.badFile` for a wrong magic number, impossible sizes, counts that differ or a cut file.
  init(_ files: ImportSource.Files) throws(ImportError) {
    images = try GzipReader(path: files.images)
    let sizes = try Self.header(
      of: images, magic: 0x0803, dimensions: 3, what: "IDX images of unsigned bytes")
    (count, height, width) = (sizes[0], sizes[1], sizes[2])
    guard (1...Self.largestSide).contains(height), (1...Self.largestSide).contains(width) else {
      throw .badFile(
        path: files.images, expected: "images of 1 to \(Self.largestSide) pixels a side",
        got: "\(width)x\(height)")
    }
    guard count > 0 else { throw .badFile(path: files.images, expected: "images", got: "none") }

    let reader = try GzipReader(path: files.labels)
    let labelCount = try Self.header(
      of: reader, magic: 0x0801, dimensions: 1, what: "IDX labels of unsigned bytes")[0]
    guard labelCount == count else {
      throw .badFile(
        path: files.labels, expected: "\(count) labels, as many as images in \(files.images)",
        got: "\(labelCount)")
    }
    labels = try reader.read(exactly: labelCount, expecting: "\(labelCount) labels")
    try reader.expectEnd(after: "\(labelCount) labels")
    classCount = labels.reduce(0) { max($0, Int($1)) } + 1
  }

  func next(_ limit: Int) throws(ImportError) -> RecordBlock {
    let take = min(limit, count - done)
    let what = "\(count) images of \(width)x\(height)"
    let bytes = try images.read(exactly: take * width * height, expecting: what)
    let block = RecordBlock(
      width: width, height: height, channels: 1, labels: labels[done..<done + take].map { Int($0) },
      bytes: bytes, headerLength: 0)
    done += take
    if done == count { try images.expectEnd(after: what) }
    return block
  }

  /// Checks the magic number and returns the dimensions.
  private static func header(
    of reader: GzipReader, magic: UInt32, dimensions: Int, what: String
  ) throws(ImportError) -> [Int] {
    let found = words(try reader.read(exactly: 4, expecting: "a header of \(what)"))[0]
    guard found == magic else {
      throw .badFile(
        path: reader.path, expected: "\(what), magic number \(hexadecimal(magic))", got: hexadecimal(found))
    }
    return words(try reader.read(exactly: 4 * dimensions, expecting: "a header of \(what)")).map { Int($0) }
  }

  private static func words(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
  }

  private static func hexadecimal(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
