import Glibc

/// A path of this process, in the folder that FUZZ_SCRATCH names or in the system's temporary one.
public let scratchPath =
  (getenv("FUZZ_SCRATCH").map { String(cString: $0) } ?? "/tmp") + "/convoy-fuzz-\(getpid())"

/// Writes a file whole.
public func write(_ bytes: [UInt8], to path: String) {
  let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  precondition(file >= 0, "cannot write \(path)")
  defer { close(file) }
  precondition(Glibc.write(file, bytes, bytes.count) == bytes.count, "cannot write \(path)")
}
