import Datasets
import Randomness

/// The cache of a loader, or why it has none.
struct LoaderCache: Sendable {
  /// Nil where it could not be opened.
  let pixels: (any PixelCache)?
  private let failed: CacheUse?

  var use: CacheUse? { pixels?.use ?? failed }

  /// Nil where none is wanted.
  init?(_ cache: CacheOptions, samples: [ImageSample], options: LoaderOptions) {
    switch cache.kind {
    case .none: return nil
    case .ram:
      pixels = MemoryCache(count: samples.count, limit: cache.bytes)
      failed = nil
    case .disk:
      let header = CacheHeader(samples, options: options)
      // Settings beside each other have files of their own; data that changed replace what was there.
      let name = StableHash.combine(StableHash.of(cache.name), UInt64(header.channels), header.settings)
      do throws(CacheProblem) {
        pixels = try DiskCache(
          folder: cache.folder, name: String(name, radix: 16), header: header, limit: cache.bytes)
        failed = nil
      } catch {
        pixels = nil
        failed = CacheUse(
          kind: .disk, path: nil, images: 0, ofImages: samples.count, bytes: 0, hits: 0,
          problem: error.description)
      }
    }
  }
}
