import Augmentation
import Datasets
import Foundation
import ImageCodecs
import Pixels
import TestSupport
import Testing

@testable import Loading

/// What is kept of decoded images.
@Suite struct CacheTests {
  private let pictures: PictureFolder
  private let folder: TemporaryFolder

  init() throws {
    pictures = try PictureFolder(count: 50)
    folder = try TemporaryFolder()
  }

  private func options(
    _ kind: CacheKind, bytes: Int = 1 << 20, threads: Int = 2, name: String = "pictures", side: Int? = nil
  ) -> LoaderOptions {
    var options = pictures.options(batchSize: 20, threads: threads)
    options.cache = CacheOptions(kind, bytes: bytes, folder: folder.path(of: "caches/deep"), name: name)
    options.shrunkSide = side
    return options
  }

  private func loader(_ options: LoaderOptions) throws -> BatchLoader {
    try BatchLoader(samples: pictures.samples, options: options)
  }

  private func epoch(_ loader: BatchLoader, _ epoch: Int) throws -> [BatchContents] {
    loader.begin(epoch: epoch)
    return try loader.remainingBatches()
  }

  /// Fills a cache file, and waits until its writer has let it go, which decoders may hold for a moment.
  private func fill() throws {
    do { _ = try epoch(try loader(options(.disk)), 0) }
    let writer = open(try file, O_RDWR)
    defer { close(writer) }
    #expect(flock(writer, LOCK_EX) == 0)
  }

  private var files: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path(of: "caches/deep")).sorted()
    }
  }

  private var file: String {
    get throws {
      folder.path(of: "caches/deep/" + (try #require(try files.first { $0.hasSuffix(".pixels") })))
    }
  }

  @Test(arguments: [CacheKind.ram, .disk], [1, 4])
  func theSameBitsWithAndWithoutIt(kind: CacheKind, threads: Int) throws {
    let plain = try loader(options(.none))
    #expect(plain.cacheUse == nil)
    let cached = try loader(options(kind, threads: threads))
    for number in 0..<3 { #expect(try epoch(cached, number) == epoch(plain, number)) }
    let use = try #require(cached.cacheUse)
    #expect(use.images == 50 && use.ofImages == 50 && use.bytes == 600 && use.hits == 100)
    #expect(use.problem == nil && (use.path != nil) == (kind == .disk))
  }

  @Test(arguments: [CacheKind.ram, .disk]) func whatIsThereIsNotReadAgain(kind: CacheKind) throws {
    let cached = try loader(options(kind))
    let first = try epoch(cached, 1)
    for index in 0..<50 { try pictures.spoil(index) }
    #expect(try epoch(cached, 1) == first)
    #expect(cached.badImages.isEmpty)
  }

  @Test(arguments: [CacheKind.ram, .disk]) func whatDoesNotFitIsDecoded(kind: CacheKind) throws {
    let plain = try loader(options(.none))
    // A file keeps 64 bytes for each picture of 12.
    let cached = try loader(options(kind, bytes: kind == .ram ? 240 : 20 * 64))
    for number in 0..<2 { #expect(try epoch(cached, number) == epoch(plain, number)) }
    let use = try #require(cached.cacheUse)
    #expect(use.images == 20 && use.hits == 20 && use.problem?.hasPrefix("it is full") == true)
  }

  @Test func anotherRunTakesWhatIsThere() throws {
    let expected = try epoch(loader(options(.none)), 5)
    try fill()
    let second = try loader(options(.disk))
    #expect(second.cacheUse?.images == 50)
    #expect(try epoch(second, 5) == expected)
    #expect(second.cacheUse?.hits == 50 && second.cacheUse?.problem == nil)
    #expect(try files.count == 2)
  }

  @Test func runsAtTheSameTimeShareIt() throws {
    let expected = try epoch(loader(options(.none)), 2)
    let writer = try loader(options(.disk))
    let reader = try loader(options(.disk))
    #expect(reader.cacheUse?.problem?.contains("another run") == true)
    #expect(try epoch(reader, 2) == expected)
    #expect(reader.cacheUse?.hits == 0 && writer.cacheUse?.images == 0)
    _ = try epoch(writer, 0)
    #expect(try epoch(reader, 2) == expected)
    #expect(reader.cacheUse?.hits == 50)
  }

  @Test func dataThatChangedMakeItAnew() throws {
    try fill()
    let old = try loader(options(.disk))
    let before = try epoch(old, 0)
    try pictures.folder.write(
      file: pictures.samples[7].relativePath,
      bytes: try ImageCodec.encodePNG(PixelBuffer(width: 4, height: 3, channels: 1, filledWith: 200)))
    let fresh = try loader(options(.disk))
    #expect(fresh.cacheUse?.images == 0)
    let expected = try epoch(loader(options(.none)), 0)
    for _ in 0..<2 { #expect(try epoch(fresh, 0) == expected) }
    #expect(expected != before)
    // Who had the old one open goes on with it.
    #expect(try epoch(old, 0) == before)
    #expect(try files.count == 2)
  }

  @Test func otherSettingsHaveAnotherFile() throws {
    try fill()
    var other = options(.disk)
    other.preprocessing.channels = 3
    other.preprocessing.mean = [0, 0, 0]
    other.preprocessing.std = [1, 1, 1]
    var plain = other
    plain.cache = nil
    let cached = try loader(other)
    for _ in 0..<2 { #expect(try epoch(cached, 0) == epoch(loader(plain), 0)) }
    #expect(try loader(options(.disk, name: "others")).cacheUse?.images == 0)
    #expect(try files.filter { $0.hasSuffix(".pixels") }.count == 3)
  }

  /// Bytes that change, a table that is cut off, and another file in its place: none of them ever becomes pixels.
  @Test(arguments: [0, 8, 60, 70, 200, 1000, 2000, 4096 + 64 * 3, 4096 + 64 * 30 + 5])
  func damageIsFound(at offset: Int) throws {
    try fill()
    let path = try file
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes[offset] ^= 0x41
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let expected = try epoch(loader(options(.none)), 1)
    let cached = try loader(options(.disk))
    for _ in 0..<3 { #expect(try epoch(cached, 1) == expected) }
    #expect(cached.cacheUse?.images == 50)
  }

  @Test(arguments: [0, 10, 64, 4096, 4096 + 64 * 10 + 5]) func aFileThatWasCutOff(length: Int) throws {
    try fill()
    #expect(truncate(try file, off_t(length)) == 0)
    let expected = try epoch(loader(options(.none)), 1)
    let cached = try loader(options(.disk))
    for _ in 0..<2 { #expect(try epoch(cached, 1) == expected) }
  }

  @Test func aFolderThatCannotBeMadeIsSaidAndNothingElse() throws {
    try folder.write(file: "caches", text: "a file")
    let cached = try loader(options(.disk))
    #expect(try epoch(cached, 1) == epoch(loader(options(.none)), 1))
    let use = try #require(cached.cacheUse)
    #expect(use.path == nil && use.problem?.contains("/caches") == true)
  }

  @Test func aDiskThatIsNearlyFullKeepsItsRest() throws {
    let header = CacheHeader(pictures.samples, options: pictures.options(batchSize: 1))
    let place = folder.path(of: "small")
    let image = PixelBuffer(width: 4, height: 3, channels: 1, filledWith: 9)
    let free = FreeSpace()
    let cache = try DiskCache(folder: place, name: "x", header: header, limit: 1 << 20) { free.next }
    func read(_ index: Int) throws -> PixelBuffer? {
      var read: PixelBuffer?
      let isThere = try cache.lend(index) { (pixels, size) throws(LoadingError) in
        read = PixelBuffer(
          width: size.width, height: size.height, channels: 1, bytes: pixels.indices.map { pixels[$0] })
      }
      return isThere ? read : nil
    }
    for index in 0..<5 {
      var stored = image
      cache.store(&stored, at: index)
    }
    #expect(cache.use.images == 3 && cache.use.problem?.contains("are free on its disk") == true)
    #expect(try read(2) == image && read(3) == nil && !cache.takesMore)
  }

  /// A disk that others fill.
  private final class FreeSpace: Sendable {
    private let calls = LockedCount()
    var next: Int { calls.next() < 3 ? DiskCache.reserve * 2 : DiskCache.reserve }
  }

  @Test(arguments: [CacheKind.none, .ram, .disk]) func imagesAreShrunkWhateverTheCache(kind: CacheKind) throws
  {
    var pictures = pictures
    let wide = PixelBuffer(
      width: 40, height: 20, channels: 1, bytes: (0..<800).map { UInt8(truncatingIfNeeded: $0 * 7) })
    try pictures.add(file: "0/wide.png", bytes: try ImageCodec.encodePNG(wide), label: 0)
    let plain = try BatchLoader(samples: pictures.samples, options: options(.none, side: 10))
    let cached = try BatchLoader(samples: pictures.samples, options: options(kind, side: 10))
    let unshrunk = try BatchLoader(samples: pictures.samples, options: options(.none))
    for number in 0..<2 { #expect(try epoch(cached, number) == epoch(plain, number)) }
    #expect(try epoch(plain, 0) != epoch(unshrunk, 0))
  }

  /// Recipes that begin with a crop read the cache's own memory; others a copy.
  @Test(
    arguments: [CacheKind.ram, .disk],
    [
      AugmentationRecipe {
        RandomResizedCrop(ImageSize(width: 4, height: 3)); HorizontalFlip()
      },
      AugmentationRecipe {
        RandomCrop(ImageSize(width: 5, height: 5), padding: 3); Rotate(degrees: 20)
      },
      AugmentationRecipe {
        Rotate(degrees: 20); HorizontalFlip()
      },
    ])
  func recipesMakeTheSameOfWhatIsKept(kind: CacheKind, recipe: AugmentationRecipe) throws {
    var pictures = pictures
    for number in 0..<12 {
      let (width, height) = (8 + number, 29 - number)
      let bytes = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 * (7 + number) >> 1) }
      let image = PixelBuffer(width: width, height: height, channels: 1, bytes: bytes)
      try pictures.add(file: "1/drawn\(number).png", bytes: try ImageCodec.encodePNG(image), label: 1)
    }
    func loader(_ kind: CacheKind) throws -> BatchLoader {
      var options = options(kind)
      options.recipe = recipe
      return try BatchLoader(samples: pictures.samples.filter { $0.path.contains("drawn") }, options: options)
    }
    let (plain, cached) = (try loader(.none), try loader(kind))
    for number in 0..<3 { #expect(try epoch(cached, number) == epoch(plain, number)) }
    #expect(cached.cacheUse?.hits == 24)
  }
}
