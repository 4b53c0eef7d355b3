import Foundation
import Loading

/// How a run reads its images. Only `cacheSide` changes the result.
public struct LoadingChoice: Equatable, Sendable {
  /// Where decoded images are kept from one epoch to the next.
  public var cache = CacheKind.none
  /// The most that they may take; nil is 4 GB. Training and validation images share it by their numbers.
  public var cacheSize: ByteSize?
  /// The folder of cache files; nil is `convoy` in `$XDG_CACHE_HOME` or `~/.cache`.
  public var cacheFolder: String?
  /// The shorter side to which larger training images are shrunk as soon as they are decoded; nil leaves them.
  public var cacheSide: Int?
  /// The most that batches on their way may take; nil is 1 GiB, of which the usual few batches are used.
  public var ringSize: ByteSize?

  /// The defaults.
  public init() {}

  /// Checks what can be checked without the data. A run that goes on may have its cache switched off.
  func check(isResumed: Bool) throws(TrainingError) {
    if let cacheSide, cacheSide < 1 {
      throw .invalidOption(name: "cache-side", value: "\(cacheSide)", reason: "must be at least 1")
    }
    if isResumed { return }
    let sized = [
      ("cache-size", cacheSize.map { "\($0)" }), ("cache-side", cacheSide.map { "\($0)" }),
    ]
    for case (let name, let value?) in sized where cache == .none {
      throw .invalidOption(name: name, value: value, reason: "needs a cache of ram or disk")
    }
    if let cacheFolder, cache != .disk {
      throw .invalidOption(name: "cache-dir", value: cacheFolder, reason: "needs a cache of disk")
    }
  }
}

extension LoadingChoice {
  /// The size of caches where none is stated.
  public static let usualCacheSize = ByteSize(bytes: 4_000_000_000)
  private static let usualRingBytes = 1 << 30

  /// The cache of one of the run's loaders.
  /// - Parameters:
  ///   - name: tells its images from others.
  ///   - share: its part of the size, above 0 and at most 1.
  func cacheOptions(name: String, share: Double) -> CacheOptions? {
    if cache == .none { return nil }
    let bytes = Double((cacheSize ?? Self.usualCacheSize).bytes) * share
    return CacheOptions(cache, bytes: max(1, Int(bytes)), folder: folder, name: name)
  }

  private var folder: String {
    if let cacheFolder { return cacheFolder }
    let environment = ProcessInfo.processInfo.environment
    if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") { return base + "/convoy" }
    return NSHomeDirectory() + "/.cache/convoy"
  }

  /// How many batches a loader's ring has.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` where a stated size has no room for two.
  /// - Parameter most: more are never of use.
  func ringBatches(of options: LoaderOptions, most: Int) throws(TrainingError) -> Int {
    let input = options.preprocessing
    let bytes = options.batchSize * input.channels * input.height * input.width * MemoryLayout<Float>.size
    guard let ringSize else { return max(2, min(options.ringBatches, Self.usualRingBytes / bytes)) }
    guard ringSize.bytes / 2 >= bytes else {
      throw .invalidOption(
        name: "ring-size", value: "\(ringSize)",
        reason:
          "is too small: two batches of \(options.batchSize) images of \(input.channels)x\(input.height)x"
          + "\(input.width) take \(2 * bytes) bytes")
    }
    return max(2, min(ringSize.bytes / bytes, most))
  }
}
