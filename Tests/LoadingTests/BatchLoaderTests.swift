import Augmentation
import Datasets
import Testing

@testable import Loading

@Suite struct BatchLoaderTests {
  @Test(arguments: [1, 2, 4])
  func batchesAreTheSameForAnyNumberOfThreads(threads: Int) throws {
    let pictures = try PictureFolder(count: 70)
    var options = pictures.options(batchSize: 20, threads: 1)
    options.recipe = AugmentationRecipe {
      RandomCrop(ImageSize(width: 4, height: 3), padding: 2)
      HorizontalFlip()
    }
    func batches(_ options: LoaderOptions) throws -> [BatchContents] {
      let loader = try BatchLoader(samples: pictures.samples, options: options)
      return try (0..<2).flatMap { epoch in
        loader.begin(epoch: epoch)
        return try loader.remainingBatches()
      }
    }
    let expected = try batches(options)
    options.loaderThreads = threads
    options.ringBatches = 1 + threads
    #expect(try batches(options) == expected)
    #expect(expected.map(\.samples.count) == [20, 20, 20, 10, 20, 20, 20, 10])
    #expect(expected[0] != expected[4])
  }

  @Test(arguments: [0, 1])
  func augmentationIsKeyedBySeedEpochAndSample(epoch: Int) throws {
    let pictures = try PictureFolder(count: 20)
    let recipe = AugmentationRecipe { RandomCrop(ImageSize(width: 4, height: 3), padding: 2) }
    var options = pictures.options(batchSize: 20, order: .sequential)
    options.recipe = recipe
    let loader = try BatchLoader(samples: pictures.samples, options: options)
    loader.begin(epoch: epoch)
    let batch = try #require(try loader.next())
    for (index, sample) in pictures.samples.enumerated() {
      let image = PixelBuffer(width: 4, height: 3, channels: 1, filledWith: UInt8(index + 1))
      let key = SampleKey(seed: options.seed, epoch: UInt32(epoch), sample: sample.identity)
      let values = batch.image(at: index).map { UInt8(($0 * 255).rounded()) }
      #expect(try recipe.apply(to: image, key: key).bytes == values)
    }
  }

  @Test func aRecipeThatDoesNotFitStopsWithItsReason() throws {
    let pictures = try PictureFolder(count: 3)
    var options = pictures.options(batchSize: 2, order: .sequential)
    options.recipe = AugmentationRecipe { RandomCrop(64) }
    let loader = try BatchLoader(samples: pictures.samples, options: options)
    loader.begin(epoch: 0)
    let error = #expect(throws: LoadingError.self) { try loader.next() }
    #expect(error?.description.hasPrefix("\(pictures.samples[0].path): ") == true)
    #expect(error?.description.contains("a crop of 64x64 is larger than the image of 4x3") == true)
  }

  @Test func eachImageComesExactlyOnceWithItsLabel() throws {
    let pictures = try PictureFolder(count: 50)
    let loader = try BatchLoader(samples: pictures.samples, options: pictures.options(batchSize: 16))
    #expect(loader.batchesPerEpoch == 4)
    loader.begin(epoch: 3)
    var seen: [Int] = []
    while let batch = try loader.next() {
      for position in 0..<batch.count {
        let values = batch.image(at: position)
        let index = Int((values[0] * 255).rounded()) - 1
        #expect(values.allSatisfy { $0 == values[0] })
        #expect(Int(batch.labels[position]) == index % 3)
        #expect(batch.samples[position] == pictures.samples[index].identity)
        seen.append(index)
      }
      loader.recycle(batch)
    }
    #expect(seen != Array(0..<50))
    #expect(seen.sorted() == Array(0..<50))
    #expect(try loader.next() == nil)
  }

  @Test func sequentialOrderIsThatOfTheSamplesWithoutLabelsToo() throws {
    let pictures = try PictureFolder(count: 10)
    let samples = pictures.samples.map {
      ImageSample(path: $0.path, relativePath: $0.relativePath, label: -1)
    }
    let loader = try BatchLoader(
      samples: samples, options: pictures.options(batchSize: 4, order: .sequential))
    loader.begin(epoch: 0)
    let batches = try loader.remainingBatches()
    #expect(batches.flatMap(\.samples) == samples.map(\.identity))
    #expect(batches.map(\.labels) == [[-1, -1, -1, -1], [-1, -1, -1, -1], [-1, -1]])
  }

  @Test func anEpochCanBeAbandonedAndBegunAgain() throws {
    let pictures = try PictureFolder(count: 40)
    let loader = try BatchLoader(samples: pictures.samples, options: pictures.options(batchSize: 6))
    let first = try loader.epoch(0)
    for taken in [0, 1, 3] {
      loader.begin(epoch: 1)
      for _ in 0..<taken { loader.recycle(try #require(try loader.next())) }
      #expect(try loader.epoch(0) == first)
    }
  }

  @Test func batchesInTheCallersHandsSurviveANewEpoch() throws {
    let pictures = try PictureFolder(count: 40)
    let loader = try BatchLoader(samples: pictures.samples, options: pictures.options(batchSize: 6))
    loader.begin(epoch: 0)
    let held = try #require(try loader.next())
    let contents = BatchContents(held)
    #expect(try loader.epoch(1).count == 7)
    #expect(BatchContents(held) == contents)
    loader.recycle(held)
    #expect(try loader.epoch(0).first == contents.samples)
  }

  @Test(arguments: [0, 3, 6, 7])
  func anEpochCanBeginInItsMiddle(skipped: Int) throws {
    let pictures = try PictureFolder(count: 40)
    let loader = try BatchLoader(samples: pictures.samples, options: pictures.options(batchSize: 6))
    let whole = try loader.epoch(2)
    #expect(try loader.epoch(2, skippingBatches: skipped) == Array(whole.dropFirst(skipped)))
  }

  @Test func aStoppedLoaderSaysSoAndStartsAgain() throws {
    let pictures = try PictureFolder(count: 20)
    let loader = try BatchLoader(samples: pictures.samples, options: pictures.options(batchSize: 6))
    #expect(throws: LoadingError.stopped) { try loader.next() }
    loader.begin(epoch: 0)
    loader.stop()
    #expect(throws: LoadingError.stopped) { try loader.next() }
    #expect(try loader.epoch(0).count == 4)
  }

  @Test func aLoaderMayBeDroppedAtWork() throws {
    let pictures = try PictureFolder(count: 40)
    for _ in 0..<10 {
      let loader = try BatchLoader(samples: pictures.samples, options: pictures.options(batchSize: 6))
      loader.begin(epoch: 0)
    }
  }

  @Test func refusesOptionsThatCannotWork() throws {
    let pictures = try PictureFolder(count: 1)
    func expect(_ text: String, _ change: (inout LoaderOptions) -> Void) {
      var options = pictures.options(batchSize: 1)
      change(&options)
      let error = #expect(throws: LoadingError.self) {
        try BatchLoader(samples: pictures.samples, options: options)
      }
      #expect(error?.description == "loader: \(text)")
    }
    expect("batch size is 0; expected at least 1") { $0.batchSize = 0 }
    expect("loader threads is -1; expected at least 1") { $0.loaderThreads = -1 }
    expect("ring is 1; expected at least 2") { $0.ringBatches = 1 }
    expect("channels is 2; expected 1 or 3") { $0.preprocessing.channels = 2 }
    #expect(throws: LoadingError.noSamples) {
      try BatchLoader(samples: [], options: pictures.options(batchSize: 1))
    }
  }
}
