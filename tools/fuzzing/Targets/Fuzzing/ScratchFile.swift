import Glibc

/// A path of this process in memory where the system has that, else in its temporary folder.
public let scratchPath = (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp") + "/convoy-fuzz-\(getpid())"

/// Writes a file whole.
public func write(_ bytes: [UInt8], to path: String) {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  precondition(file >= 0, "cannot write \(path)")
  defer { close(file) }
  precondition(Glibc.write(file, bytes, bytes.count) == bytes.count, "cannot write \(path)")
}
