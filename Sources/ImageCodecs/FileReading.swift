import Glibc

/// A file's bytes, or its first ones.
struct FileContents {
  /// The bytes from the start of the file.
  let bytes: [UInt8]
  /// Whether `bytes` is the whole file.
  let isWhole: Bool

  /// Reads at most `limit` bytes; with none, the whole file in a single read where the system allows.
  ///
  /// - Throws: `ImageError.missing`, or `.unreadable` with the system's own text.
  init(path: String, limit: Int = .max) throws(ImageError) {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer for ever.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if file < 0 { throw Self.failure(path, errno) }
    defer { close(file) }
    var status = stat()
    if fstat(file, &status) != 0 { throw Self.failure(path, errno) }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw Self.failure(path, EISDIR) }
    if kind != S_IFREG { throw .unreadable(name: path, reason: "Not a regular file") }
    if status.st_size > Self.maximumSize { throw Self.failure(path, EFBIG) }

    let size = min(Int(status.st_size), limit)
    var problem: Int32 = 0
    bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      // More than one turn only if the file shrinks meanwhile or a signal comes in between.
      while count < size {
        let got = read(file, buffer.baseAddress.map { $0 + count }, size - count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { problem = errno }
        if got <= 0 { break }
        count += got
      }
    }
    if problem != 0 { throw Self.failure(path, problem) }
    isWhole = size == Int(status.st_size)
  }

  /// No image within the pixel limits is larger; memory is not allocated for a file that cannot be one.
  private static let maximumSize = 1 << 31

  private static func failure(_ path: String, _ code: Int32) -> ImageError {
    code == ENOENT ? .missing(name: path) : .unreadable(name: path, reason: String(cString: strerror(code)))
  }
}
