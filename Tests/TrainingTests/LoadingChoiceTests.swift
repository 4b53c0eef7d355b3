import Foundation
import Loading
import Testing

@testable import Training

/// How a run reads its images changes its speed alone.
@Suite struct LoadingChoiceTests {
  private let data: TinyData

  init() throws { data = try TinyData() }

  private func configuration(_ name: String, _ change: (inout RunConfiguration) -> Void) -> RunConfiguration {
    var configuration = data.configuration(name, epochs: 3)
    change(&configuration)
    return configuration
  }

  @Test func theSameWeightsWithEveryCacheAndRing() throws {
    let folder = data.folder.path(of: "cache")
    let runs = try ([CacheKind.none, .ram, .disk, .disk].enumerated()).map { number, kind in
      try data.train(
        configuration("run\(number)") {
          $0.loading.cache = kind
          if kind == .disk { $0.loading.cacheFolder = folder }
          $0.loading.ringSize = ByteSize(bytes: 8 * 64 * 4 * (2 + number))
        })
    }
    #expect(Set(runs.map(\.weightsSHA256)).count == 1)
    #expect(runs[0].caches == nil)
    #expect(runs[1].caches?.map(\.images) == [27, 9] && runs[1].caches?.map(\.hits) == [54, 18])
    // The last run found what the one before it had left.
    #expect(runs[2].caches?.map(\.hits) == [54, 18] && runs[3].caches?.map(\.hits) == [81, 27])
    #expect(runs.allSatisfy { (0...1).contains($0.last?.waitShare ?? -1) })
  }

  @Test func aCacheOfAnotherSideIsPartOfTheResult() throws {
    let plain = try data.train(configuration("plain") { _ in })
    let small = configuration("small") {
      $0.loading.cache = .ram
      $0.loading.cacheSide = 4
    }
    let shrunk = try data.train(small, Recorder(stopAt: RunPosition(epoch: 1, step: 1)))
    var rest = RunConfiguration()
    rest.resume = shrunk.output
    let resumed = try TrainingRun(configuration: rest, observer: Recorder()).run()
    #expect(resumed.weightsSHA256 != plain.weightsSHA256)
    // Without the cache images are shrunk all the same.
    let again = configuration("again") {
      $0.loading.cache = .ram
      $0.loading.cacheSide = 4
    }
    let stopped = try data.train(again, Recorder(stopAt: RunPosition(epoch: 0, step: 2)))
    rest.resume = stopped.output
    rest.loading.cache = .none
    let bare = try TrainingRun(configuration: rest, stated: [.cache], observer: Recorder()).run()
    #expect(bare.weightsSHA256 == resumed.weightsSHA256 && bare.caches == nil)
  }

  @Test func aCacheThatCannotBeMadeIsSaidOnce() throws {
    try data.folder.write(file: "file", text: "")
    let recorder = Recorder()
    _ = try data.train(
      configuration("run") {
        $0.loading.cache = .disk
        $0.loading.cacheFolder = data.folder.path(of: "file/cache")
      }, recorder)
    let said = recorder.warnings.filter { "\($0)".contains("training goes on without it") }
    #expect(said.count == 1)
  }

  @Test func optionsThatWouldBeIgnoredAreRefused() {
    func refusal(_ change: (inout LoadingChoice) -> Void) -> String? {
      var configuration = RunConfiguration(data: ".")
      change(&configuration.loading)
      do {
        try configuration.validate()
        return nil
      } catch { return "\(error)" }
    }
    #expect(refusal { $0.cacheSize = ByteSize(bytes: 5) }?.contains("cache-size") == true)
    #expect(refusal { $0.cacheSide = 5 }?.contains("needs a cache") == true)
    #expect(
      refusal {
        $0.cache = .ram
        $0.cacheFolder = "/x"
      }?.contains("cache-dir") == true)
    #expect(
      refusal {
        $0.cache = .ram
        $0.cacheSide = 0
      }?.contains("at least 1") == true)
    #expect(
      refusal {
        $0.cache = .disk
        $0.cacheFolder = "/x"
        $0.cacheSide = 9
      } == nil)
  }

  @Test func aRingHasRoomForTwoBatches() throws {
    let error = #expect(throws: TrainingError.self) {
      try data.train(configuration("run") { $0.loading.ringSize = ByteSize(bytes: 8 * 64 * 8 - 1) })
    }
    #expect("\(try #require(error))".contains("two batches of 8 images of 1x8x8 take 4096 bytes"))
  }

  @Test(arguments: [
    ("4GB", 4_000_000_000, "4GB"), ("512MiB", 512 << 20, "512MiB"), ("1.5gb", 1_500_000_000, "1500MB"),
    ("1000", 1000, "1KB"), ("7 B", 7, "7"), ("2048", 2048, "2KiB"),
  ])
  func sizesAsText(text: String, bytes: Int, shortest: String) throws {
    let size = try #require(ByteSize(text))
    #expect(size.bytes == bytes && size.description == shortest && ByteSize(shortest) == size)
  }

  @Test(arguments: ["", "GB", "-1GB", "4GBs", "0", "0.1", ".5GB", "1e5", "99999999999GB"])
  func textsThatAreNoSizes(text: String) { #expect(ByteSize(text) == nil) }
}
