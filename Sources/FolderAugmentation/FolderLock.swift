import Foundation

/// Keeps a folder to one process that writes it. Ends with the process, however that ends.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Throws `FolderAugmentationError.cannotCreate` where another process has the folder.
  init(_ folder: String) throws(FolderAugmentationError) {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .cannotCreate(path: folder, reason: String(cString: strerror(errno)))
    }
    // File systems that know no locks answer otherwise, and are taken as they are.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
      close(descriptor)
      throw .cannotCreate(path: folder, reason: "another process is writing this folder")
    }
  }

  deinit {
    close(descriptor)
  }
}
