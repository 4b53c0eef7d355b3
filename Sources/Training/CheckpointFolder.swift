import Foundation
import Interchange

/// The checkpoints of a run: a file for each, named for its step, of which the last few are kept.
struct CheckpointFolder: Equatable, Sendable {
  let path: String

  /// A checkpoint's file.
  struct Entry: Equatable, Sendable {
    /// Steps done since the run's beginning.
    let step: Int
    let path: String
  }

  /// The newest checkpoint that can be used.
  struct Found: Sendable {
    let checkpoint: Checkpoint
    let path: String
    /// Newer ones that cannot be used, newest first.
    let damaged: [DamagedFile]
  }

  /// The checkpoints, newest first. None where there is no such folder.
  func entries() -> [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { name in
      guard let match = name.wholeMatch(of: /step-([0-9]{8,18})\.safetensors/), let step = Int(match.1) else {
        return nil
      }
      return Entry(step: step, path: path + "/" + name)
    }.sorted { $0.step > $1.step }
  }

  /// Opens the newest checkpoint, or the one before where it is damaged, and so on.
  ///
  /// Throws ``TrainingError/noUsableCheckpoint(folder:damaged:)`` where all are damaged, nil where there are none.
  func newest() throws(TrainingError) -> Found? {
    var damaged: [DamagedFile] = []
    for entry in entries() {
      do {
        return Found(checkpoint: try Checkpoint(readingFrom: entry.path), path: entry.path, damaged: damaged)
      } catch .damagedCheckpoint(let path, let reason) {
        damaged.append(DamagedFile(path: path, reason: reason))
      }
    }
    if damaged.isEmpty { return nil }
    throw .noUsableCheckpoint(folder: path, damaged: damaged)
  }

  /// Saves a checkpoint and, once it is safe on the disk, removes all but the last ones up to it. Those of later
  /// steps go too: they are damaged, or the run was taken up again before them.
  /// - Parameters:
  ///   - step: steps done since the run's beginning.
  ///   - count: how many are kept, this one included.
  /// - Returns: its file.
  func save(_ checkpoint: Checkpoint, step: Int, keeping count: Int) throws -> String {
    let file = path + "/step-\(String(repeating: "0", count: max(0, 8 - "\(step)".count)))\(step).safetensors"
    try checkpoint.save(to: file)
    let kept = entries().filter { $0.step <= step }.prefix(count)
    for entry in entries() where !kept.contains(entry) {
      if unlink(entry.path) != 0 && errno != ENOENT {
        throw TrainingError.writeFailed(
          path: entry.path, reason: String(cString: strerror(errno)), kept: file)
      }
    }
    return file
  }
}

/// A file that cannot be used, and why.
public struct DamagedFile: Codable, Equatable, Sendable {
  /// Where it is.
  public var path: String
  /// What is wrong with it.
  public var reason: String
}
