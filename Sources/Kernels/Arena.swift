#if canImport(Glibc)
  import Glibc
#endif

/// One block of zeroed memory for the life of a run, 64-byte aligned, in huge pages where the kernel gives
/// them. Layers' tensors are views into it.
///
/// Ownership: the arena only owns the memory. Who may touch which part when is the business of the type
/// that holds it (a replica's own arena, or the shared parameters between two phases of a step).
public final class Arena: @unchecked Sendable {
  /// The first byte.
  public let base: UnsafeMutableRawPointer
  /// Usable bytes.
  public let byteCount: Int

  /// Reserves memory.
  /// - Throws: ``ArenaError`` when the system has none left.
  public init(byteCount: Int) throws(ArenaError) {
    self.byteCount = byteCount
    let size = Swift.max(byteCount, 64)
    guard
      let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      base != MAP_FAILED
    else { throw ArenaError(byteCount: size, errno: errno) }
    // A hint: small pages work as well, only slower.
    _ = madvise(base, size, MADV_HUGEPAGE)
    self.base = base
  }

  deinit { munmap(base, Swift.max(byteCount, 64)) }

  /// The memory as fp32 values.
  public var floats: UnsafeMutablePointer<Float> { base.assumingMemoryBound(to: Float.self) }
}

/// The system had no memory for an arena.
public struct ArenaError: Error, Sendable, CustomStringConvertible {
  /// How many bytes were asked for.
  public let byteCount: Int
  /// The system's reason.
  public let errno: Int32

  /// One line with what to do.
  public var description: String {
    "no memory for an arena of \(byteCount >> 20) MiB (\(String(cString: strerror(errno)))): "
      + "use a smaller batch, fewer workers or fewer shards"
  }
}
