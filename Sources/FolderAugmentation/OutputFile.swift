import Foundation

/// Writes files that are there whole or not at all: beside their name first, then renamed to it.
///
/// Nothing waits for the disk: a run after a loss of power compares what is there with its manifest.
enum OutputFile {
  /// Writes a file, and makes the folders around it. One that is there is replaced.
  /// - Throws: `FolderAugmentationError.cannotCreate` and `.writeFailed`.
  static func write(_ bytes: [UInt8], to path: String) throws(FolderAugmentationError) {
    try makeFolder((path as NSString).deletingLastPathComponent)
    let temporary = path + ".partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw failure(errno, path)
    }
    var code = write(bytes, on: descriptor)
    // What a full disk does not take may show only now.
    if close(descriptor) != 0 && code == nil { code = errno }
    if code == nil && rename(temporary, path) != 0 { code = errno }
    if let code {
      unlink(temporary)
      throw failure(code, path)
    }
  }

  /// Makes a folder and those around it.
  static func makeFolder(_ path: String) throws(FolderAugmentationError) {
    if mkdir(path, 0o777) == 0 { return }
    switch errno {
    case EEXIST:
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
        throw .cannotCreate(path: path, reason: "a file is in its place")
      }
    case ENOENT where (path as NSString).deletingLastPathComponent != path:
      let parent = (path as NSString).deletingLastPathComponent
      if !parent.isEmpty { try makeFolder(parent) }
      if mkdir(path, 0o777) != 0 && errno != EEXIST { throw failure(errno, path) }
    case let code:
      throw failure(code, path)
    }
  }

  /// Writes all bytes; the error number where that fails.
  static func write(_ bytes: [UInt8], on descriptor: Int32) -> Int32? {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let written = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written >= 0 { rest = rest.dropFirst(written) } else if errno != EINTR { return errno }
      }
      return nil
    }
  }

  /// A full disk may be met at any call; anything else is a place that cannot be written at all.
  private static func failure(_ code: Int32, _ path: String) -> FolderAugmentationError {
    let reason = String(cString: strerror(code))
    return switch code {
    case ENOSPC, EDQUOT, EFBIG, EIO: .writeFailed(path: path, reason: reason)
    default: .cannotCreate(path: path, reason: reason)
    }
  }
}
