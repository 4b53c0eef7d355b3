import Augmentation
import Datasets
import Pixels

/// A cache in a memory-mapped file, shared by runs.
///
/// Pixels are checked against their digest when this process takes them for the first time. Where the disk is full, or
/// nearly so, nothing more is stored, and that is all that happens.
final class DiskCache: PixelCache {
  /// What stays free on the disk, so that the run's own files find room.
  static let reserve = 256 << 20

  private struct State {
    /// What is known about each sample's pixels: nothing yet, that they are sound, that they are not.
    var checks: [Check]
    /// Where the next pixels go.
    var end: Int
    var count = 0
    var bytes = 0
    var hits = 0
    var problem: String?
  }

  private enum Check: UInt8 { case none, sound, damaged }

  private let file: CacheFile
  private let limit: Int
  private let space: (@Sendable () -> Int?)?
  private let state: Locked<State>

  /// Opens the cache of a folder, or makes it.
  /// - Parameters:
  ///   - limit: bytes of pixels.
  ///   - space: says in tests how much is free on the disk.
  init(
    folder: String, name: String, header: CacheHeader, limit: Int, space: (@Sendable () -> Int?)? = nil
  ) throws(CacheProblem) {
    file = try CacheFile(folder: folder, name: name, header: header, limit: limit)
    self.limit = limit
    self.space = space
    var state = State(checks: Array(repeating: .none, count: header.count), end: file.end)
    for index in 0..<header.count {
      guard let entry = file.entry(at: index) else { continue }
      state.count += 1
      state.bytes += file.byteCount(entry)
    }
    if !file.isWriter { state.problem = "another run is filling it; this one takes what is there" }
    self.state = Locked(state)
  }

  func lend(
    _ index: Int, to use: (Span<UInt8>, ImageSize) throws(LoadingError) -> Void
  ) throws(LoadingError) -> Bool {
    // In this order: pixels that are known to be sound have had their entry written.
    let check = state.withLock { $0.checks[index] }
    guard check != .damaged, let entry = file.entry(at: index) else { return false }
    if check == .none {
      let isSound = file.holds(entry)
      state.withLock { $0.checks[index] = isSound ? .sound : .damaged }
      if !isSound { return false }
    }
    state.withLock { $0.hits += 1 }
    let pixels = file.pixels(entry).assumingMemoryBound(to: UInt8.self)
    try use(pixels.span, ImageSize(width: entry.width, height: entry.height))
    return true
  }

  var takesMore: Bool { state.withLock { $0.problem == nil } }

  func store(_ image: inout PixelBuffer, at index: Int) {
    guard let offset = reserve(image.bytes.count, at: index) else { return }
    let entry = CacheEntry(
      offset: offset, width: image.width, height: image.height,
      digest: image.bytes.withUnsafeBytes { PixelDigest.of($0) })
    do throws(CacheProblem) {
      try file.write(image.bytes, entry, at: index)
      state.withLock { state in
        if state.checks[index] != .damaged {
          state.count += 1
          state.bytes += image.bytes.count
        }
        state.checks[index] = .sound
      }
    } catch {
      state.withLock { $0.problem = $0.problem ?? error.description }
    }
  }

  var use: CacheUse {
    state.withLock { state in
      CacheUse(
        kind: .disk, path: file.path, images: state.count, ofImages: file.header.count, bytes: state.bytes,
        hits: state.hits, problem: state.problem)
    }
  }

  /// The place for an image's pixels; nil where there is none, or they are there already.
  private func reserve(_ count: Int, at index: Int) -> Int? {
    state.withLock { state in
      if state.problem != nil || state.checks[index] == .sound { return nil }
      guard state.end + count <= file.header.dataStart + limit else {
        state.problem = "it is full (\(limit) bytes)"
        return nil
      }
      if let free = space.map({ $0() }) ?? file.free, free < Self.reserve + count {
        state.problem =
          "\(file.path): only \(free >> 20) MiB are free on its disk, and it leaves \(Self.reserve >> 20) for other files"
        return nil
      }
      defer { state.end += (count + 63) / 64 * 64 }
      return state.end
    }
  }
}
