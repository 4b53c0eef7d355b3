import Foundation

/// Reads one binary file of CIFAR-10 or CIFAR-100 (A. Krizhevsky, 2009): records of one label byte (CIFAR-100:
/// two, coarse and fine, of which the fine one counts) and 3072 bytes, the red, green and blue planes of 32x32.
final class CIFARReader: RecordReader {
  let count: Int
  let width = 32
  let height = 32
  let classCount: Int
  private let reader: GzipReader
  private let labelBytes: Int
  private var done = 0

  private var recordLength: Int { labelBytes + 3 * width * height }

  /// Opens a file. Throws `ImportError.badFile` unless its length is a whole number of records.
  init(path: String, format: ImportSource.Format) throws(ImportError) {
    classCount = format == .cifar100 ? 100 : 10
    labelBytes = format == .cifar100 ? 2 : 1
    reader = try GzipReader(path: path)
    let length: Int
    do {
      length = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    } catch {
      throw .unreadable(path: path, cause: SystemCause.of(error))
    }
    let record = labelBytes + 3 * 32 * 32
    guard length > 0, length.isMultiple(of: record) else {
      throw .badFile(path: path, expected: "whole records of \(record) bytes", got: "\(length) bytes")
    }
    count = length / record
  }

  func next(_ limit: Int) throws(ImportError) -> RecordBlock {
    let take = min(limit, count - done)
    let bytes = try reader.read(exactly: take * recordLength, expecting: "\(count) records")
    let labels = (0..<take).map { Int(bytes[$0 * recordLength + labelBytes - 1]) }
    if let bad = labels.firstIndex(where: { $0 >= classCount }) {
      throw .badFile(
        path: reader.path, expected: "labels of 0 to \(classCount - 1)",
        got: "\(labels[bad]) in record \(done + bad + 1)")
    }
    done += take
    return RecordBlock(
      width: width, height: height, channels: 3, labels: labels, bytes: bytes, headerLength: labelBytes)
  }
}
