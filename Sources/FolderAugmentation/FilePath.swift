import Foundation

/// A path as the file system sees it: two are equal where their bytes are. (Strings are equal also where only their
/// Unicode normal forms are.)
struct FilePath: Hashable, Comparable {
  private let bytes: [UInt8]

  init(_ path: String) { bytes = Array(path.utf8) }

  /// The path of this one below a folder.
  func path(below folder: String) -> String { folder + "/" + String(decoding: bytes, as: UTF8.self) }

  /// The order of the bytes, which is that of the code points.
  static func < (a: FilePath, b: FilePath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }

  /// Whether a relative path stays below the folder that it is relative to.
  static func staysBelow(_ path: String) -> Bool {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return !path.utf8.contains(0)
      && parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
  }

  /// The absolute path with links resolved of a folder that may not be there yet: what is missing is appended as it
  /// is written.
  static func resolved(_ path: String) -> String {
    var existing = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var missing: [String] = []
    while true {
      if let real = realpath(existing, nil) {
        defer { free(real) }
        let base = String(cString: real)
        return missing.isEmpty
          ? base : ([base == "/" ? "" : base] + missing.reversed()).joined(separator: "/")
      }
      let name = (existing as NSString).lastPathComponent
      let parent = (existing as NSString).deletingLastPathComponent
      if parent == existing { return path }
      if name != "." { missing.append(name) }
      existing = parent
    }
  }
}
