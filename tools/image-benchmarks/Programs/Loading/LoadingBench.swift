import Augmentation
import Datasets
import Foundation
import Loading

/// Times a loader of one thread, in microseconds of this process's processor time for each image, and an index.
///
///     loading-bench epochs FOLDER COUNT CACHEFOLDER
///     loading-bench index FOLDER
///
/// `epochs` takes COUNT images, evenly spaced, and reads a case a line from standard input:
/// `{"cache": "none" | "ram" | "disk", "side": null | pixels}`. It answers each with
/// `{"us": …}` for one more epoch of it: random resized crop to 224 pixels, flip, normalise, into batches of 64. A cache
/// is filled by a case's first epoch, and warm in the others.
///
/// `index` lists a folder as `convoy train` does, and prints how long that took and the most memory that it needed.
@main struct LoadingBench {
  struct Case: Decodable, Hashable {
    let cache: CacheKind
    let side: Int?
  }

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch (arguments.first, arguments.count) {
    case ("epochs", 4):
      guard let count = Int(arguments[3]), count > 0 else { usage() }
      try epochs(folder: arguments[2], count: count, cacheFolder: arguments[4])
    case ("index", 2): try index(folder: arguments[2])
    default: usage()
    }
  }

  private static func usage() -> Never {
    FileHandle.standardError.write(
      Data("usage: loading-bench epochs FOLDER COUNT CACHEFOLDER | index FOLDER\n".utf8))
    exit(64)
  }

  // MARK: Epochs

  private static func epochs(folder: String, count: Int, cacheFolder: String) throws {
    let all = try DatasetSplits.discover(folder).train.samples
    let samples = (0..<min(count, all.count)).map { all[$0 * all.count / min(count, all.count)] }
    var loaders: [Case: (loader: BatchLoader, epochs: Int)] = [:]
    while let line = readLine() {
      let next = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
      let (loader, epoch) = try loaders[next] ?? (loader(next, samples, cacheFolder), 0)
      loaders[next] = (loader, epoch + 1)
      let begin = processorSeconds()
      loader.begin(epoch: epoch)
      var images = 0
      while let batch = try loader.next() {
        images += batch.count
        loader.recycle(batch)
      }
      let microseconds = (processorSeconds() - begin) / Double(images) * 1e6
      FileHandle.standardOutput.write(Data("{\"us\": \(microseconds)}\n".utf8))
    }
  }

  private static func loader(
    _ of: Case, _ samples: [ImageSample], _ cacheFolder: String
  ) throws -> BatchLoader {
    var options = LoaderOptions(
      preprocessing: Preprocessing(channels: 3, height: 224, width: 224), batchSize: 64, seed: 1,
      recipe: AugmentationRecipe {
        RandomResizedCrop(224)
        HorizontalFlip()
      })
    options.cache = CacheOptions(of.cache, bytes: 8 << 30, folder: cacheFolder, name: "bench")
    options.shrunkSide = of.side
    return try BatchLoader(samples: samples, options: options)
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  // MARK: The index

  private static func index(folder: String) throws {
    let before = peakMegabytes()
    let start = ContinuousClock.now
    let splits = try DatasetSplits.discover(folder)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let images = splits.train.samples.count
    print(
      "\(images) training images: \(seconds) s, at most \(peakMegabytes()) MB (\(before) before it began)")
  }

  /// The most memory that this process had so far, in units of 1,000,000 bytes.
  private static func peakMegabytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024 / 1_000_000
  }
}
