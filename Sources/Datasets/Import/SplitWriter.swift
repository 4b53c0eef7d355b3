import Dispatch
import Foundation
import ImageCodecs
import Synchronization

/// Writes a split's images in order, several at once: `FOLDER/CLASS/00001.png`.
struct SplitWriter {
  private let folder: String
  private let classNames: [String]
  private let threads: Int
  private let digits: Int
  private var written = 0
  private var folders = Set<Int>()

  /// A writer of `count` images; the count decides how many digits a name has, five at least.
  init(folder: String, classNames: [String], count: Int, threads: Int) {
    self.folder = folder
    self.classNames = classNames
    self.threads = threads
    digits = max(5, String(count).count)
  }

  /// Writes the next images. Of several failures the first to happen is thrown, and the others' work is left.
  mutating func write(_ block: RecordBlock) throws(ImportError) {
    for label in Set(block.labels) where folders.insert(label).inserted {
      try ImportStaging.makeFolder(folder + "/" + classNames[label])
    }
    try writeAll(block)
    written += block.labels.count
  }

  private func writeAll(_ block: RecordBlock) throws(ImportError) {
    let failure = Mutex<ImportError?>(nil)
    let count = block.labels.count
    let workers = min(threads, count)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for index in stride(from: worker, to: count, by: workers) {
        if failure.withLock({ $0 != nil }) { return }
        do throws(ImportError) {
          try write(block, index)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private func write(_ block: RecordBlock, _ index: Int) throws(ImportError) {
    let name = zeroPadded(written + index + 1, digits: digits) + ".png"
    let path = folder + "/" + classNames[block.labels[index]] + "/" + name
    let bytes: [UInt8]
    do {
      bytes = try ImageCodec.encodePNG(block.image(at: index))
    } catch {
      throw .unwritable(path: path, cause: String(describing: error))
    }
    try Self.write(bytes, to: path)
  }

  /// Writes a file. Foundation's `Data.write` would wait for the disk after each, ten times as long in all.
  private static func write(_ bytes: [UInt8], to path: String) throws(ImportError) {
    guard let file = fopen(path, "wb") else {
      throw .unwritable(path: path, cause: SystemCause.of(errno: errno))
    }
    let count = fwrite(bytes, 1, bytes.count, file)
    // What a full disk does not take may show only when the file is closed.
    guard fclose(file) == 0, count == bytes.count else {
      throw .unwritable(path: path, cause: SystemCause.of(errno: errno))
    }
  }
}
