import Foundation

/// Files that are there whole or not at all: written beside their name, synced and renamed over it.
///
/// A failure, a kill or a loss of power at any moment leaves the file that was there before.
public struct AtomicFile {
  private let path: String
  private let handle: FileHandle

  /// Writes a file through a body that appends its bytes in order.
  ///
  /// Throws ``InterchangeError/cannotCreate(path:reason:)`` and ``InterchangeError/writeFailed(path:reason:)``.
  public static func write(
    to path: String, _ body: (AtomicFile) throws(InterchangeError) -> Void
  ) throws(InterchangeError) {
    let temporary = temporaryPath(of: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: String(cString: strerror(errno))) }
    do {
      let file = AtomicFile(
        path: path, handle: FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
      try body(file)
      try file.finish()
      try rename(temporary, to: path)
    } catch {
      unlink(temporary)
      throw error
    }
    try syncFolder(of: path)
  }

  /// Writes a text as a file.
  public static func write(_ text: String, to path: String) throws(InterchangeError) {
    try write(to: path) { (file) throws(InterchangeError) in try file.append(Data(text.utf8)) }
  }

  /// Where a file is while it is written. A process that is killed then leaves it there.
  public static func temporaryPath(of path: String) -> String { path + ending }

  /// Whether a name is that of a file that is being written, or was left so.
  public static func isTemporary(_ name: String) -> Bool { name.hasSuffix(ending) }

  private static let ending = ".partial"

  /// Appends bytes.
  public func append(_ bytes: some DataProtocol) throws(InterchangeError) {
    do { try handle.write(contentsOf: bytes) } catch { throw failure(error) }
  }

  private func finish() throws(InterchangeError) {
    do {
      try handle.synchronize()
      try handle.close()
    } catch { throw failure(error) }
  }

  private static func rename(_ temporary: String, to path: String) throws(InterchangeError) {
    if Foundation.rename(temporary, path) != 0 {
      throw .writeFailed(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Makes a new name itself survive a loss of power: that of a file or folder at `path`.
  ///
  /// Throws ``InterchangeError/writeFailed(path:reason:)``.
  public static func syncFolder(of path: String) throws(InterchangeError) {
    let folder = (path as NSString).deletingLastPathComponent
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .writeFailed(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    // Some network file systems cannot sync a folder and say EINVAL; the file itself is synced there too.
    if fsync(descriptor) != 0 && errno != EINVAL {
      throw .writeFailed(path: path, reason: String(cString: strerror(errno)))
    }
  }

  private func failure(_ error: any Error) -> InterchangeError {
    .writeFailed(path: path, reason: SystemReason.of(error))
  }
}
