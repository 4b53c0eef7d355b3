import Foundation
import Interchange
import Networks

/// Writes the files of a run, with this room's errors.
package enum SafeFile {
  /// Writes tensors, whole or not at all.
  static func write(
    _ tensors: [Tensor], counters: [(name: String, value: Int)] = [], metadata: [String: String],
    to path: String
  ) throws(TrainingError) {
    do {
      try Safetensors.write(tensors, counters: counters, metadata: metadata, to: path)
    } catch { throw explain(error, path) }
  }

  /// Writes bytes, whole or not at all.
  static func write(_ bytes: Data, to path: String) throws(TrainingError) {
    do {
      try AtomicFile.write(to: path) { (file) throws(InterchangeError) in try file.append(bytes) }
    } catch { throw explain(error, path) }
  }

  /// Writes a text, whole or not at all.
  package static func write(_ text: String, to path: String) throws(TrainingError) {
    do { try AtomicFile.write(text, to: path) } catch { throw explain(error, path) }
  }

  /// Says also that the file of before is still there, where there is one.
  private static func explain(_ error: InterchangeError, _ path: String) -> TrainingError {
    switch error {
    case .cannotCreate(let path, let reason): .cannotCreate(path: path, reason: reason)
    case .writeFailed(_, let reason), .cannotRead(_, let reason), .malformed(_, _, let reason):
      .writeFailed(
        path: path, reason: reason, kept: FileManager.default.fileExists(atPath: path) ? path : nil)
    case .missing(let path): .missing(path: path, what: "file")
    }
  }
}
