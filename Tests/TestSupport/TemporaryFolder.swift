import Foundation

/// A new empty folder that is removed, with all that is in it, when the object goes: keep it in a property of
/// the suite or in a named variable (one called `_` goes at once).
public final class TemporaryFolder: Sendable {
  /// The absolute path of the folder, without a slash at its end.
  public let path: String

  /// Makes the folder. Throws where the system's temporary folder cannot be written to.
  public init() throws {
    let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    path = parent + "/convoy-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // Nothing can be thrown here, and a folder that a test left unremovable is harmless.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The absolute path of something in the folder, whether it is there or not.
  public func path(of relativePath: String) -> String {
    path + "/" + relativePath
  }

  /// Makes a folder, and those around it, and returns its absolute path.
  @discardableResult
  public func makeFolder(_ relativePath: String) throws -> String {
    let folder = path(of: relativePath)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Writes a file, and makes the folders around it, and returns its absolute path.
  @discardableResult
  public func write(file relativePath: String, bytes: [UInt8]) throws -> String {
    let file = URL(fileURLWithPath: path(of: relativePath))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// Writes a text file, and makes the folders around it, and returns its absolute path.
  @discardableResult
  public func write(file relativePath: String, text: String) throws -> String {
    try write(file: relativePath, bytes: Array(text.utf8))
  }

  /// Makes a symbolic link, and the folders around it. The destination is taken as it is written.
  public func link(_ relativePath: String, to destination: String) throws {
    let link = URL(fileURLWithPath: path(of: relativePath))
    try FileManager.default.createDirectory(
      at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: destination)
  }
}
