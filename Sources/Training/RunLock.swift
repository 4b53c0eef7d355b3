import Foundation

/// Keeps a run folder to one process: two that go on with the same run would spoil each other's files.
///
/// The lock is on the folder itself and ends with the process, however it ends.
package final class RunLock: Sendable {
  private let descriptor: Int32

  /// Throws ``TrainingError/cannotCreate(path:reason:)`` where another process has the folder.
  package init(folder: String) throws(TrainingError) {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .cannotCreate(path: folder, reason: String(cString: strerror(errno)))
    }
    // File systems that know no locks (some of those on networks) answer otherwise, and are taken as they are.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
      close(descriptor)
      throw .cannotCreate(path: folder, reason: "another process is writing this run")
    }
  }

  deinit {
    close(descriptor)
  }
}
