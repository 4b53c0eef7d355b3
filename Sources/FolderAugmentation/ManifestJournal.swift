import Crypto
import Datasets
import Foundation

/// The manifest of a folder while the folder is made.
///
/// A line is appended as soon as its file is there, in the order in which that happens; at the end the file is written
/// anew in the order of the sources. So whatever ends a run, the next one knows what is there already.
final class ManifestJournal: Sendable {
  private struct State {
    var lines: [FilePath: (place: ManifestPlace, text: String)]
    var confirmed: Set<FilePath> = []
    var length: Int
  }

  let path: String
  /// What earlier runs have made, by output.
  let known: [FilePath: ManifestEntry]
  private let folder: String
  private let descriptor: Int32
  private let state: Locked<State>

  /// Opens the manifest of a folder, or begins one.
  /// - Throws: `FolderAugmentationError.badManifest`, `.cannotRead`, `.cannotCreate` and `.writeFailed`.
  init(folder: String) throws(FolderAugmentationError) {
    self.folder = folder
    path = folder + "/" + Manifest.name
    var known: [FilePath: ManifestEntry] = [:]
    var lines: [FilePath: (place: ManifestPlace, text: String)] = [:]
    var length = 0
    if access(path, F_OK) == 0 {
      let manifest = try Manifest(contentsOf: path)
      for (entry, line) in manifest.entries {
        // Of two lines about one file the later one counts.
        known[FilePath(entry.output)] = entry
        lines[FilePath(entry.output)] = (entry.place, line)
      }
      length = manifest.wholeBytes
    }
    self.known = known
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .cannotCreate(path: path, reason: String(cString: strerror(errno)))
    }
    state = Locked(State(lines: lines, length: length))
    // What a kill left of a line would spoil the next one.
    if ftruncate(descriptor, off_t(length)) != 0 {
      throw .writeFailed(path: path, reason: String(cString: strerror(errno)))
    }
  }

  deinit {
    close(descriptor)
  }

  /// Says that a file that an earlier run made is still what its line says.
  func confirm(_ entry: ManifestEntry) {
    _ = state.withLock { $0.confirmed.insert(FilePath(entry.output)) }
  }

  /// Whether this run has made a file, or found it as it should be.
  func isDone(_ output: String) -> Bool { state.withLock { $0.confirmed.contains(FilePath(output)) } }

  /// Says that a file is there now.
  /// - Throws: `FolderAugmentationError.writeFailed`; no part of the line then stays.
  func append(_ entry: ManifestEntry) throws(FolderAugmentationError) {
    let text = try Self.line(entry, path: path)
    let failure = state.withLock { state -> Int32? in
      if let code = OutputFile.write(Array(text.utf8) + [UInt8(ascii: "\n")], on: descriptor) {
        ftruncate(descriptor, off_t(state.length))
        return code
      }
      state.length += text.utf8.count + 1
      state.lines[FilePath(entry.output)] = (entry.place, text)
      state.confirmed.insert(FilePath(entry.output))
      return nil
    }
    if let failure { throw .writeFailed(path: path, reason: String(cString: strerror(failure))) }
  }

  /// Puts the lines in order. Those of files that are not there any more, and that this run was not to make, go.
  /// - Returns: the SHA-256 of the manifest.
  func finish() throws(FolderAugmentationError) -> String {
    let lines = state.withLock { state in
      state.lines
        .filter { state.confirmed.contains($0.key) || access($0.key.path(below: folder), F_OK) == 0 }
        .map(\.value)
    }
    let text = lines.sorted { $0.place < $1.place }.map { $0.text + "\n" }.joined()
    try OutputFile.write(Array(text.utf8), to: path)
    return SHA256.hash(data: Array(text.utf8)).hexadecimal
  }

  private static func line(_ entry: ManifestEntry, path: String) throws(FolderAugmentationError) -> String {
    do { return try entry.line() } catch {
      // Only a number that is not finite cannot be written, and no plan draws one.
      throw .writeFailed(path: path, reason: "\(entry.output) cannot be described: \(error)")
    }
  }
}
