import Foundation

/// The folder inside an import's output where the images wait until all of them are written.
struct ImportStaging {
  private static let name = ".importing"

  let path: String
  private let output: String

  /// Makes the output folder, if missing, and the staging folder.
  ///
  /// Throws `ImportError.outputNotEmpty` when the output folder holds anything, `unwritable` when it cannot be
  /// made.
  init(output: String) throws(ImportError) {
    self.output = output
    path = output + "/" + Self.name
    try Self.makeFolder(output)
    let present: [String]
    do {
      present = try FileManager.default.contentsOfDirectory(atPath: output)
    } catch {
      throw .unwritable(path: output, cause: SystemCause.of(error))
    }
    if present.contains(Self.name) {
      throw .outputNotEmpty(path: output, holding: "what an interrupted import left")
    }
    if let first = present.min() { throw .outputNotEmpty(path: output, holding: first) }
    try Self.makeFolder(path)
  }

  /// Moves the splits into the output folder and removes the staging folder.
  func moveIntoPlace(_ splits: [String]) throws(ImportError) {
    for split in splits {
      guard rename(path + "/" + split, output + "/" + split) == 0 else {
        throw .unwritable(path: output + "/" + split, cause: SystemCause.of(errno: errno))
      }
    }
    guard rmdir(path) == 0 else {
      throw .unwritable(path: path, cause: SystemCause.of(errno: errno))
    }
  }

  /// Removes what a failed import has written. Should that fail as well, the first failure is the one to
  /// report, and the next import says that something was left.
  func discard() {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Makes a folder and those around it. Throws `ImportError.unwritable`.
  static func makeFolder(_ path: String) throws(ImportError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path: path, cause: SystemCause.of(error))
    }
  }
}
