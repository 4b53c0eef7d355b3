import Augmentation
import Foundation
import ImageCodecs

/// The lines of a `manifest.jsonl`, checked.
struct Manifest {
  /// The name of the file in the folder that is made.
  static let name = "manifest.jsonl"

  let path: String
  /// The entries in the order of the file, and each as it is written there.
  private(set) var entries: [(entry: ManifestEntry, line: String)] = []
  /// The bytes of the whole lines. What a kill left of a last one is behind them.
  private(set) var wholeBytes = 0

  /// Reads a manifest.
  /// - Throws: `FolderAugmentationError.noManifest`, `.cannotRead` and `.badManifest`.
  init(contentsOf path: String) throws(FolderAugmentationError) {
    self.path = path
    let bytes: [UInt8]
    do { bytes = try ImageCodec.contents(of: path) } catch {
      switch error {
      case .missing: throw .noManifest(path: path)
      case .unreadable(_, let reason): throw .cannotRead(path: path, reason: reason)
      default: throw .cannotRead(path: path, reason: "\(error)")
      }
    }
    let end = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    wholeBytes = end
    let lines = bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast()
    for (index, line) in lines.enumerated() {
      let text = String(decoding: line, as: UTF8.self)
      do {
        entries.append((try ManifestEntry(line: text), text))
      } catch {
        throw .badManifest(path: path, line: index + 1, reason: Self.reason(of: error))
      }
    }
  }

  /// What is wrong with a line, in a few words.
  private static func reason(of error: any Error) -> String {
    switch error {
    case let error as AugmentationError: "\(error)"
    case let error as ManifestFault: "\(error)"
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has a value of another kind"
    case DecodingError.dataCorrupted(let context):
      context.codingPath.isEmpty ? "no JSON object" : context.debugDescription
    default: "\(error)"
    }
  }
}
