import CZlib
import Foundation
import TestSupport

/// Tiny files in the formats that are imported, made where they are needed.
enum ImportFixtures {
  /// An IDX file: the magic number and the dimensions as big-endian words, then the values.
  static func idx(magic: UInt32, dimensions: [Int], values: [UInt8]) -> [UInt8] {
    let words = [magic] + dimensions.map { UInt32($0) }
    return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } } + values
  }

  /// IDX images whose pixel at place p of image i is `10 * i + p`.
  static func idxImages(count: Int, width: Int = 3, height: Int = 2) -> [UInt8] {
    idx(
      magic: 0x0803, dimensions: [count, height, width],
      values: (0..<count).flatMap { image in
        (0..<width * height).map { UInt8(truncatingIfNeeded: 10 * image + $0) }
      })
  }

  static func idxLabels(_ labels: [UInt8]) -> [UInt8] {
    idx(magic: 0x0801, dimensions: [labels.count], values: labels)
  }

  /// A folder with one IDX split per name, gzipped if asked for, and its labels.
  static func idxFolder(
    _ splits: [(prefix: String, labels: [UInt8])], gzipped: Bool = false
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (prefix, labels) in splits {
      for (name, bytes) in [
        ("\(prefix)-images-idx3-ubyte", idxImages(count: labels.count)),
        ("\(prefix)-labels-idx1-ubyte", idxLabels(labels)),
      ] {
        if gzipped {
          try write(gzipped: bytes, to: folder.path(of: name + ".gz"))
        } else {
          try folder.write(file: name, bytes: bytes)
        }
      }
    }
    return folder
  }

  /// CIFAR records: each has the header bytes given and then a plane of red `10 * i`, one of green
  /// `10 * i + 1` and one of blue `10 * i + 2`, but the first pixel of each plane is 200.
  static func cifar(headers: [[UInt8]]) -> [UInt8] {
    headers.enumerated().flatMap { index, header in
      header
        + (0..<3).flatMap { channel in
          [200] + [UInt8](repeating: UInt8(10 * index + channel), count: 1023)
        }
    }
  }

  /// Writes a gzip file.
  static func write(gzipped bytes: [UInt8], to path: String) throws {
    guard let file = gzopen(path, "wb"), gzwrite(file, bytes, UInt32(bytes.count)) == bytes.count,
      gzclose(file) == Z_OK
    else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Every file below a folder by its relative path.
  static func tree(_ folder: String) throws -> [String: [UInt8]] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
    var files: [String: [UInt8]] = [:]
    for path in paths {
      let url = URL(fileURLWithPath: folder + "/" + path)
      if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
        files[path] = [UInt8](try Data(contentsOf: url))
      }
    }
    return files
  }
}
