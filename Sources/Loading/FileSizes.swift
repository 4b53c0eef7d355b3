import Datasets
import Glibc

/// How large each sample's file was when it was read first: an image that becomes another in the middle of a run is not
/// what the run began with.
final class FileSizes: Sendable {
  /// -1 where it was not read yet.
  private let sizes: Locked<[Int]>

  init(count: Int) { sizes = Locked(Array(repeating: -1, count: count)) }

  /// Looks at a file that is about to be read.
  /// - Returns: how it changed since it was read first, in one line; nil where it did not, or is gone.
  func change(of path: String, at index: Int) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    let size = Int(status.st_size)
    return sizes.withLock { sizes in
      let before = sizes[index]
      if before < 0 { sizes[index] = size }
      return before < 0 || before == size
        ? nil : "it changed while it was in use: it had \(before) bytes and has \(size)"
    }
  }
}
