import Foundation
import Yams

/// Files that people write: networks and recipes, in YAML or JSON (which YAML includes).
enum DocumentFile {
  /// The value that a file states.
  ///
  /// Throws ``TrainingError/missing(path:what:)`` and ``TrainingError/unreadableDocument(path:reason:)``.
  /// - Parameter what: what the file should hold, such as "network file".
  static func read<Value: Decodable>(
    _ type: Value.Type, from path: String, what: String
  ) throws(TrainingError) -> Value {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path, what: what) }
    do {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      return try YAMLDecoder().decode(type, from: text)
    } catch {
      throw .unreadableDocument(path: path, reason: DecodingReason.of(error))
    }
  }
}
