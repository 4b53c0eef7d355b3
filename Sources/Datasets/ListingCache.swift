import Foundation
import Randomness

/// The listings of folders that were listed before, each good as long as its folder has the time of change that it had.
///
/// A folder's time changes when a name in it comes, goes or changes. What a link leads to may change without, so
/// folders with links are listed anew; so are those that changed less than two seconds before they were listed, since
/// they may have changed once more within the same tick of the file system's clock.
///
/// The file: a line that says what it is, the records, and a hash of all before it. Numbers have eight bytes, the
/// lowest first. A file that is damaged in any way counts as none.
final class ListingCache {
  /// Fewer files and folders than these are listed sooner than a file is read.
  private static let fewest = 10_000
  private static let magic = Array("convoy index 1\n".utf8)
  /// In nanoseconds.
  private static let tick = 2_000_000_000

  private let path: String
  private let isAutomatic: Bool
  private let old: [UInt8]
  private var known: [String: Record] = [:]
  /// What is to be kept, in the order in which it was listed: parts of `old` and of `new`.
  private var pieces: [Piece] = []
  private var new: [UInt8] = []
  private var entryCount = 0
  private var hasChanged = false

  private struct Record {
    let state: FolderListing.State
    let names: Range<Int>
    /// The record as a whole.
    let bytes: Range<Int>
  }

  private enum Piece {
    case old(Range<Int>)
    case new(Range<Int>)
  }

  /// The cache of a data set; nil where there is to be none.
  /// - Parameter roots: absolute paths.
  init?(_ choice: IndexCache, roots: [String]) {
    switch choice {
    case .none: return nil
    case .file(let file):
      path = file
      isAutomatic = false
    case .automatic:
      let name = StableHash.combine(
        UInt64(roots.count), roots.reduce(0) { StableHash.combine($0, StableHash.of($1)) })
      guard let folder = CacheFolder.path(of: "index") else { return nil }
      path = "\(folder)/\(String(name, radix: 16)).idx"
      isAutomatic = true
    }
    old = (try? TextFile.bytes(of: path)) ?? []
    known = Self.records(in: old) ?? [:]
  }

  /// What lies in a folder, from the cache where that is as good.
  func listing(of folder: String) throws(DatasetError) -> FolderListing {
    let state = FolderListing.State(of: folder)
    if let state, let record = known[folder], record.state == state {
      let listing = FolderListing(entries: Self.entries(in: old, record.names), hasLinks: false)
      entryCount += listing.entries.count
      pieces.append(.old(record.bytes))
      return listing
    }
    hasChanged = true
    let now = Int(Date().timeIntervalSince1970 * 1e9)
    let listing = try FolderListing(of: folder)
    if let state, !listing.hasLinks, now - state.changed > Self.tick { keep(listing, of: folder, state) }
    return listing
  }

  /// Writes what was listed, where it is worth it.
  func save() -> DatasetWarning? {
    guard hasChanged, !isAutomatic || entryCount >= Self.fewest else { return nil }
    var file = Self.magic
    file.reserveCapacity(old.count + new.count + 8)
    for piece in pieces {
      switch piece {
      case .old(let bytes): file += old[bytes]
      case .new(let bytes): file += new[bytes]
      }
    }
    Self.append(Self.hash(file[...]), to: &file)
    do {
      let place = URL(fileURLWithPath: path)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file).write(to: place, options: .atomic)
      return nil
    } catch {
      return .indexNotKept(path: path, reason: SystemCause.of(error))
    }
  }
}

// MARK: - The file

extension ListingCache {
  private func keep(_ listing: FolderListing, of folder: String, _ state: FolderListing.State) {
    let start = new.count
    defer { pieces.append(.new(start..<new.count)) }
    entryCount += listing.entries.count
    Self.append(UInt64(folder.utf8.count), to: &new)
    new += folder.utf8
    for number in state.numbers { Self.append(number, to: &new) }
    Self.append(UInt64(listing.entries.reduce(0) { $0 + $1.name.utf8.count + 1 }), to: &new)
    for entry in listing.entries {
      new += entry.name.utf8
      new.append(entry.isFolder ? UInt8(ascii: "/") : 0)  // neither can be in a name
    }
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }

  private static func number(in bytes: [UInt8], at place: Int) -> UInt64? {
    guard place >= 0, place + 8 <= bytes.count else { return nil }
    return (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
  }

  /// Words of eight bytes, for it is millions of them.
  private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash = UInt64(bytes.count)
    bytes.withUnsafeBytes { raw in
      for place in stride(from: 0, to: raw.count - 7, by: 8) {
        hash = StableHash.mix(
          hash ^ UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
      }
      for byte in raw.suffix(raw.count % 8) { hash = StableHash.mix(hash ^ UInt64(byte)) }
    }
    return hash
  }

  /// The records of a file; nil where it is damaged or no such file.
  private static func records(in bytes: [UInt8]) -> [String: Record]? {
    guard bytes.starts(with: magic), let stated = number(in: bytes, at: bytes.count - 8) else { return nil }
    let end = bytes.count - 8
    guard end >= magic.count, hash(bytes[..<end]) == stated else { return nil }
    var records: [String: Record] = [:]
    var place = magic.count
    func next() -> Int? {
      guard place + 8 <= end, let value = number(in: bytes, at: place), let length = Int(exactly: value)
      else { return nil }
      place += 8
      return length
    }
    func range() -> Range<Int>? {
      guard let length = next(), length <= end - place else { return nil }
      defer { place += length }
      return place..<place + length
    }
    while place < end {
      let start = place
      guard let path = range(), let device = next(), let node = next(), let changed = next(),
        let names = range()
      else { return nil }
      let state = FolderListing.State(device: UInt64(device), node: UInt64(node), changed: changed)
      records[String(decoding: bytes[path], as: UTF8.self)] = Record(
        state: state, names: names, bytes: start..<place)
    }
    return records
  }

  private static func entries(in bytes: [UInt8], _ range: Range<Int>) -> [FolderListing.Entry] {
    var entries: [FolderListing.Entry] = []
    var start = range.lowerBound
    for place in range where bytes[place] == 0 || bytes[place] == UInt8(ascii: "/") {
      entries.append(
        FolderListing.Entry(
          name: String(decoding: bytes[start..<place], as: UTF8.self), isFolder: bytes[place] != 0))
      start = place + 1
    }
    return entries
  }
}

/// The user's folder for what can be made anew.
enum CacheFolder {
  /// `$XDG_CACHE_HOME/convoy/KIND`, else `~/.cache/convoy/KIND`; nil where neither is set.
  static func path(of kind: String) -> String? {
    let environment = ProcessInfo.processInfo.environment
    let caches = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (caches ?? environment["HOME"].map { $0 + "/.cache" }).map { "\($0)/convoy/\(kind)" }
  }
}
