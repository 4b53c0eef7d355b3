import Glibc

/// Why a cache file cannot be used, in one line.
struct CacheProblem: Error, CustomStringConvertible {
  let description: String

  /// What the system said about a path.
  init(_ path: String, errno code: Int32) { description = "\(path): \(String(cString: strerror(code)))" }
  init(_ description: String) { self.description = description }
}

/// A cache file that is open: header, table, pixels.
///
/// Many processes may have one open, the first of which writes to it: it holds the file's lock for as long as it lives.
/// The others take what is there, and see what comes. A file never shrinks; one that has to begin anew becomes another
/// file of the same name, and who has the old one open keeps it.
///
/// Ownership: the table and pixels that others write are only read, and believed when their digests are right. Who
/// writes is sure to be the only one for the place that it writes to.
struct CacheFile: ~Copyable, @unchecked Sendable {
  let path: String
  let header: CacheHeader
  /// Whether this process may write.
  let isWriter: Bool
  private let file: Int32
  /// The file in memory, as far as it may grow: beyond its end nothing is touched.
  private let map: UnsafeRawBufferPointer

  /// Opens a file with this header, or makes it.
  /// - Parameters:
  ///   - name: the file's name in the folder, which is made where it is not there.
  ///   - limit: bytes of pixels.
  init(folder: String, name: String, header: CacheHeader, limit: Int) throws(CacheProblem) {
    let path = folder + "/" + name + ".pixels"
    let file = try Self.open(path, folder: folder, lock: folder + "/" + name + ".lock", header)
    let length = max(Self.size(of: file), header.dataStart + limit)
    guard let start = mmap(nil, length, PROT_READ, MAP_SHARED, file, 0), start != MAP_FAILED else {
      let code = errno
      close(file)
      throw CacheProblem(path, errno: code)
    }
    self.path = path
    self.header = header
    self.file = file
    isWriter = flock(file, LOCK_EX | LOCK_NB) == 0
    map = UnsafeRawBufferPointer(start: start, count: length)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(mutating: map.baseAddress), map.count)
    close(file)
  }
}

extension CacheFile {
  /// The entry of a sample; nil where there is none.
  func entry(at index: Int) -> CacheEntry? {
    let start = CacheHeader.byteCount + index * CacheEntry.byteCount
    let words = map.loadUnaligned(fromByteOffset: start, as: SIMD4<UInt64>.self)
    guard let entry = CacheEntry(words, index: index) else { return nil }
    let (pixels, tooMany) = entry.width.multipliedReportingOverflow(by: entry.height)
    let (bytes, tooLarge) = pixels.multipliedReportingOverflow(by: header.channels)
    guard !tooMany, !tooLarge, entry.offset >= header.dataStart, bytes <= map.count,
      entry.offset <= map.count - bytes
    else { return nil }
    return entry
  }

  /// Whether the file has the entry's pixels, as they were written. Only then may they be touched.
  func holds(_ entry: CacheEntry) -> Bool {
    let length = byteCount(entry)
    return Self.size(of: file) >= entry.offset + length && PixelDigest.of(pixels(entry)) == entry.digest
  }

  /// The pixels of an entry that the file ``holds(_:)``.
  func pixels(_ entry: CacheEntry) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: map[entry.offset..<entry.offset + byteCount(entry)])
  }

  func byteCount(_ entry: CacheEntry) -> Int { entry.width * entry.height * header.channels }

  /// Where the next pixels can go, after all that the table knows.
  var end: Int {
    (0..<header.count).reduce(header.dataStart) { end, index in
      entry(at: index).map { max(end, $0.offset + byteCount($0)) } ?? end
    }
  }

  /// Bytes that can be written to the file's system before it is full; nil where it does not say.
  var free: Int? {
    var status = statvfs()
    guard fstatvfs(file, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// Writes pixels, and then the entry that tells of them.
  func write(_ bytes: [UInt8], _ entry: CacheEntry, at index: Int) throws(CacheProblem) {
    try check(bytes.withUnsafeBytes { Self.write($0, to: file, at: entry.offset) })
    let place = CacheHeader.byteCount + index * CacheEntry.byteCount
    try check(withUnsafeBytes(of: entry.words(index: index)) { Self.write($0, to: file, at: place) })
  }

  private func check(_ code: Int32) throws(CacheProblem) {
    if code != 0 { throw CacheProblem(path, errno: code) }
  }
}

// MARK: - Files

extension CacheFile {
  /// Opens the file that has this header, or makes it. Whoever opens waits for another that opens, for a moment, and so
  /// both have the same file.
  private static func open(
    _ path: String, folder: String, lock lockPath: String, _ header: CacheHeader
  ) throws(CacheProblem) -> Int32 {
    try makeFolder(folder)
    let lock = Glibc.open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    if lock < 0 { throw CacheProblem(lockPath, errno: errno) }
    defer { close(lock) }
    while flock(lock, LOCK_EX) != 0 {
      if errno != EINTR { throw CacheProblem(lockPath, errno: errno) }
    }
    let file = Glibc.open(path, O_RDWR | O_CLOEXEC)
    if file >= 0 && begins(file, with: header) { return file }
    if file >= 0 { close(file) }
    return try make(path, header)
  }

  private static func makeFolder(_ folder: String) throws(CacheProblem) {
    var path = folder.hasPrefix("/") ? "" : "."
    for part in folder.split(separator: "/") {
      path += "/" + part
      if mkdir(path, 0o755) != 0 && errno != EEXIST && errno != EISDIR {
        throw CacheProblem(folder, errno: errno)
      }
    }
  }

  /// Makes an empty file and gives it its name when it is whole.
  private static func make(_ path: String, _ header: CacheHeader) throws(CacheProblem) -> Int32 {
    let temporary = "\(path).\(getpid()).tmp"
    let file = Glibc.open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if file < 0 { throw CacheProblem(path, errno: errno) }
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    var code = header.words.withUnsafeBytes { write($0, to: file, at: 0) }
    var offset = CacheHeader.byteCount
    while code == 0 && offset < header.dataStart {
      let part = min(zeros.count, header.dataStart - offset)
      code = zeros.withUnsafeBytes {
        write(UnsafeRawBufferPointer(rebasing: $0[..<part]), to: file, at: offset)
      }
      offset += part
    }
    if code == 0 && rename(temporary, path) != 0 { code = errno }
    if code == 0 { return file }
    close(file)
    unlink(temporary)
    throw CacheProblem(path, errno: code)
  }

  private static func begins(_ file: Int32, with header: CacheHeader) -> Bool {
    var words = [UInt64](repeating: 0, count: header.words.count)
    let count = words.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    return count == CacheHeader.byteCount && words == header.words && size(of: file) >= header.dataStart
  }

  private static func size(of file: Int32) -> Int {
    var status = stat()
    return fstat(file, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Writes all of the bytes.
  /// - Returns: 0, or the system's error number.
  private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32, at offset: Int) -> Int32 {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = pwrite(file, rest.baseAddress, rest.count, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return count < 0 ? errno : EIO }
      done += count
    }
    return 0
  }
}
