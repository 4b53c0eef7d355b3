import Foundation
import Randomness
import Synchronization

/// What was found out about files, kept while the doctor works, so that one who is interrupted goes on and the next look
/// reads only what is new.
///
/// JSON lines, each as good as long as the file has the size and time of change that it had. A line that is cut short
/// or damaged counts as none.
final class DoctorCache: Sendable {
  private struct Line: Codable {
    let version: Int
    let path: String
    let bytes: Int
    let changed: Int
    let facts: Examination
  }

  /// Changes when an examination finds out more.
  private static let version = 1

  private let known: [String: Line]
  private let file: FileHandle
  private let failure = Mutex<String?>(nil)
  /// Guards the file as well.
  private let encoder = Mutex(JSONEncoder())

  /// Opens a cache for a data set, or makes it.
  /// - Throws: `DatasetError.cannotKeep` where it cannot be written.
  init(path: String) throws(DatasetError) {
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let data = FileManager.default.contents(atPath: path) ?? Data()
      var known: [String: Line] = [:]
      let decoder = JSONDecoder()
      for text in data.split(separator: UInt8(ascii: "\n")) {
        if let line = try? decoder.decode(Line.self, from: text), line.version == Self.version {
          known[line.path] = line
        }
      }
      self.known = known
      // Only what is known now, so that files that came and went do not pile up.
      var kept = Data()
      let encoder = JSONEncoder()
      for line in known.values.sorted(by: { $0.path < $1.path }) {
        kept += try encoder.encode(line) + Data("\n".utf8)
      }
      try kept.write(to: URL(fileURLWithPath: path), options: .atomic)
      file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.seekToEnd()
    } catch {
      throw .cannotKeep(path: path, reason: SystemCause.of(error))
    }
  }

  /// The usual place for a data set: in the user's folder for caches.
  static func usualPath(root: String) -> String? {
    CacheFolder.path(of: "doctor").map { "\($0)/\(String(StableHash.of(root), radix: 16)).jsonl" }
  }

  /// What is known of a file, else what looking at it tells, which is then kept.
  func examination(of path: String, or examine: () -> Examination) -> Examination {
    guard let stamp = FolderListing.stamp(of: path) else { return examine() }
    if let line = known[path], line.bytes == stamp.bytes, line.changed == stamp.changed { return line.facts }
    let facts = examine()
    // A system's refusal may end without the file's changing.
    if facts.problem?.kind == .unreadable { return facts }
    encoder.withLock { encoder in
      do {
        let line = Line(
          version: Self.version, path: path, bytes: stamp.bytes, changed: stamp.changed, facts: facts)
        try file.write(contentsOf: encoder.encode(line) + Data("\n".utf8))
      } catch {
        failure.withLock { $0 = $0 ?? SystemCause.of(error) }
      }
    }
    return facts
  }

  /// Why something could not be kept, where that was so.
  var problem: String? { failure.withLock { $0 } }
}
