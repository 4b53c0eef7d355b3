import Glibc
import Randomness

/// What lies directly in a folder, through `readdir`: the type comes with the name, so that a file costs no
/// call of its own. The only place in this room that meets the system's memory.
struct FolderListing {
  /// A file or folder, links resolved.
  struct Entry {
    let name: String
    let isFolder: Bool
  }

  /// Which folder it is and when a name in it came, went or changed last.
  struct State: Equatable {
    let device: UInt64
    let node: UInt64
    /// In nanoseconds since 1970.
    let changed: Int

    var numbers: [UInt64] { [device, node, UInt64(bitPattern: Int64(changed))] }
  }

  /// Tells folders apart, whatever path leads to them.
  struct Identity: Equatable {
    let device: UInt64
    let node: UInt64
  }

  /// Files and folders that are not hidden, in the code point order of the paths below them.
  let entries: [Entry]
  /// Whether one of them is a symbolic link.
  let hasLinks: Bool

  /// A listing of what is known.
  init(entries: [Entry], hasLinks: Bool) {
    self.entries = entries
    self.hasLinks = hasLinks
  }

  /// Lists a folder. Hidden names (a leading dot), sockets, pipes and devices are left out. A link to nothing
  /// counts as a file, so that an image that cannot be opened is reported when it is read.
  init(of path: String) throws(DatasetError) {
    guard let folder = opendir(path) else { throw Self.failure(of: path) }
    defer { closedir(folder) }
    var entries: [Entry] = []
    var hasLinks = false
    while true {
      errno = 0
      guard let record = readdir(folder) else {
        if errno != 0 { throw Self.failure(of: path) }
        break
      }
      let (name, isExact) = Self.name(of: record)
      if name.utf8.first == UInt8(ascii: ".") { continue }
      if Int(record.pointee.d_type) == DT_LNK { hasLinks = true }
      guard let isFolder = Self.isFolder(record.pointee.d_type, at: path + "/" + name) else { continue }
      if !isExact && (isFolder || ImageFolder.isImage(name)) {
        throw .nameNotUTF8(folder: path, name: name)
      }
      entries.append(Entry(name: name, isFolder: isFolder))
    }
    self.entries = Self.sorted(entries)
    self.hasLinks = hasLinks
  }

  /// The absolute path of a folder, its links resolved.
  static func absolutePath(of path: String) throws(DatasetError) -> String {
    guard let resolved = realpath(path, nil) else { throw failure(of: path) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// What the folder is, or nil where the system does not say.
  static func identity(of path: String) -> Identity? {
    status(of: path).map { Identity(device: UInt64($0.st_dev), node: UInt64($0.st_ino)) }
  }

  /// Whether a path is that of a file, links followed.
  static func isFile(_ path: String) -> Bool {
    status(of: path).map { $0.st_mode & S_IFMT == S_IFREG } ?? false
  }

  /// The size of a file in bytes, or nil where there is none.
  static func fileSize(of path: String) -> Int? {
    status(of: path).map { Int($0.st_size) }
  }

  /// A file's size in bytes and when its content changed last, in nanoseconds since 1970; nil where there is none.
  static func stamp(of path: String) -> (bytes: Int, changed: Int)? {
    status(of: path).map {
      (Int($0.st_size), $0.st_mtim.tv_sec * 1_000_000_000 + $0.st_mtim.tv_nsec)
    }
  }

  /// A hash of a file's last 64 bytes; nil where it cannot be read.
  static func ending(of path: String) -> UInt64? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let start = max(0, lseek(descriptor, 0, SEEK_END) - off_t(bytes.count))
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, start) }
    guard count >= 0 else { return nil }
    return bytes.prefix(count).reduce(UInt64(count)) { StableHash.combine($0, UInt64($1)) }
  }

  /// True for a folder, false for a file, nil for what is neither.
  private static func isFolder(_ type: UInt8, at path: @autoclosure () -> String) -> Bool? {
    switch Int(type) {
    case DT_DIR: return true
    case DT_REG: return false
    case DT_LNK, DT_UNKNOWN:
      let kind = status(of: path()).map { $0.st_mode & S_IFMT } ?? S_IFREG
      return kind == S_IFDIR ? true : kind == S_IFREG ? false : nil
    default: return nil
    }
  }

  fileprivate static func status(of path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  /// A folder sorts as the paths below it do, with the slash: `"a-b/1.png"` is before `"a/1.png"`.
  private static func sorted(_ entries: [Entry]) -> [Entry] {
    let keyed = entries.map { (key: $0.isFolder ? $0.name + "/" : $0.name, entry: $0) }
    return keyed.sorted { $0.key.precedesByCodePoint($1.key) }.map(\.entry)
  }

  /// The name, and whether it is valid UTF-8; if not, its invalid bytes are replaced.
  private static func name(of record: UnsafeMutablePointer<dirent>) -> (String, isExact: Bool) {
    let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    let text = UnsafeRawPointer(record).advanced(by: offset).assumingMemoryBound(to: CChar.self)
    if let name = String(validatingCString: text) { return (name, true) }
    return (String(cString: text), false)
  }

  /// The error for `errno` as a call on `path` left it.
  private static func failure(of path: String) -> DatasetError {
    switch errno {
    case ENOENT: .missingFolder(path: path)
    case ENOTDIR: .notAFolder(path: path)
    default: .unreadableFolder(path: path, reason: String(cString: strerror(errno)).lowercased())
    }
  }
}

extension FolderListing.State {
  /// The state of a folder; nil where the system does not say.
  init?(of path: String) {
    guard let status = FolderListing.status(of: path) else { return nil }
    self.init(
      device: UInt64(status.st_dev), node: UInt64(status.st_ino),
      changed: status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec)
  }
}

extension String {
  /// The order of the Unicode code points, which is that of the UTF-8 bytes. `<` compares normal forms.
  func precedesByCodePoint(_ other: String) -> Bool {
    utf8.lexicographicallyPrecedes(other.utf8)
  }
}
