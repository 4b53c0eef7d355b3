import ArgumentParser
import Convoy

/// How images are read.
struct LoadingOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(
    help: """
      What an unreadable image does: skip names and counts it, puts another one of its class, drawn by the seed, in \
      its place, and leaves it out from the next epoch on; fail stops the run \
      (default: \(defaults.onBadImage.rawValue)).
      """)
  var onBadImage: BadImagePolicy?

  @Option(
    help: """
      Keep decoded images from one epoch to the next: in ram, or on disk in one file that later runs on the same \
      images take too, and which is made anew when they change; none keeps nothing. For images that are large or on \
      a slow disk, where the run waits for images. It changes the speed alone (default: \
      \(defaults.loading.cache.rawValue)).
      """)
  var cache: CacheKind?

  @Option(
    help: """
      The most that --cache may take, as \(ByteSize.forms); images that do not fit are decoded every epoch \
      (default: \(LoadingChoice.usualCacheSize)).
      """,
    transform: Self.size)
  var cacheSize: ByteSize?

  @Option(
    help: """
      The folder of --cache disk; a local disk is best (default: convoy in $XDG_CACHE_HOME or ~/.cache).
      """)
  var cacheDir: String?

  @Option(
    help: """
      Shrink training images whose shorter side is longer than so many pixels, 1 or more, to that, as soon as they \
      are decoded, so that --cache holds more of them and they are sooner augmented. Part of the result: crops come \
      out less sharp, and a third more than --size loses little (default: images stay as they are).
      """)
  var cacheSide: Int?

  @Option(
    help: """
      The most that batches on their way from the loader may take, as \(ByteSize.forms), two of them at least; more \
      than a few help where some images take far longer than others (default: a few batches, at most 1GiB).
      """,
    transform: Self.size)
  var ringSize: ByteSize?

  func apply(to configuration: inout RunConfiguration) {
    configuration.onBadImage = onBadImage ?? configuration.onBadImage
    configuration.loading.cache = cache ?? configuration.loading.cache
    configuration.loading.cacheSize = cacheSize ?? configuration.loading.cacheSize
    configuration.loading.cacheFolder = cacheDir ?? configuration.loading.cacheFolder
    configuration.loading.cacheSide = cacheSide ?? configuration.loading.cacheSide
    configuration.loading.ringSize = ringSize ?? configuration.loading.ringSize
  }

  private static func size(_ text: String) throws -> ByteSize {
    guard let size = ByteSize(text) else {
      throw ValidationError("'\(text)' is no size; use \(ByteSize.forms).")
    }
    return size
  }
}

extension BadImagePolicy: ExpressibleByArgument {}
extension CacheKind: ExpressibleByArgument {}
