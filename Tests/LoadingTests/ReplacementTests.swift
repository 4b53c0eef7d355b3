import Datasets
import Foundation
import ImageCodecs
import Pixels
import Testing

@testable import Loading

/// What takes the place of an image that cannot be read.
@Suite struct ReplacementTests {
  private func options(
    _ pictures: PictureFolder, threads: Int = 2, order: SampleOrder = .shuffled
  ) -> LoaderOptions {
    var options = pictures.options(batchSize: 20, threads: threads, order: order)
    options.replacesBadImages = true
    return options
  }

  /// The picture that is at a place of a batch, by its value.
  private func picture(_ batch: BatchContents, _ place: Int) -> Int {
    Int((Float(bitPattern: batch.images[place * 12]) * 255).rounded()) - 1
  }

  @Test func batchesKeepTheirSizesAndAllOtherImagesTheirPlaces() throws {
    let pictures = try PictureFolder(count: 60)
    let loader = try BatchLoader(samples: pictures.samples, options: options(pictures))
    loader.begin(epoch: 0)
    let whole = try loader.remainingBatches()
    let spoiled = [3, 17, 18, 39]
    for index in spoiled { try pictures.spoil(index) }
    loader.begin(epoch: 0)
    let batches = try loader.remainingBatches()
    #expect(batches.map(\.labels) == whole.map(\.labels))
    for (batch, before) in zip(batches, whole) {
      for place in batch.labels.indices {
        let (now, was) = (picture(batch, place), picture(before, place))
        #expect(spoiled.contains(was) ? !spoiled.contains(now) && now % 3 == was % 3 : now == was)
        // Whatever else is drawn for a replacement differs from what is drawn for the image in its own place.
        #expect(
          (batch.samples[place] == pictures.samples[now].identity) == !spoiled.contains(was))
      }
    }
    #expect(
      Set(loader.badSamples.map(\.sample.identity)) == Set(spoiled.map { pictures.samples[$0].identity }))
    #expect(loader.badSamples.allSatisfy { $0.epoch == 0 && $0.sample.path == $0.image.path })
  }

  @Test(arguments: [SampleOrder.shuffled, .balanced])
  func theSameBitsForAnyNumberOfThreadsAndFromAnyBatchOn(order: SampleOrder) throws {
    let pictures = try PictureFolder(count: 90)
    for index in 0..<90 where index % 4 == 1 { try pictures.spoil(index) }
    let runs = try [1, 2, 5].map { threads in
      let loader = try BatchLoader(
        samples: pictures.samples, options: options(pictures, threads: threads, order: order))
      loader.begin(epoch: 2)
      return (try loader.remainingBatches(), loader.badImages)
    }
    #expect(runs[0].0.map(\.labels.count) == [20, 20, 20, 20, 10])
    for run in runs { #expect(run.0 == runs[0].0 && run.1 == runs[0].1) }
    let loader = try BatchLoader(samples: pictures.samples, options: options(pictures, order: order))
    loader.begin(epoch: 2, skippingBatches: 3)
    #expect(try loader.remainingBatches() == Array(runs[0].0[3...]))
  }

  @Test func epochsDrawOtherReplacements() throws {
    let pictures = try PictureFolder(count: 60)
    try pictures.spoil(30)
    let loader = try BatchLoader(samples: pictures.samples, options: options(pictures))
    let identities = Set(pictures.samples.map(\.identity))
    let replacements = try (0..<8).map { epoch in
      loader.begin(epoch: epoch)
      let batches = try loader.remainingBatches()
      let places = batches.flatMap { batch in batch.samples.indices.map { (batch, $0) } }
      return try #require(
        places.first { !identities.contains($0.0.samples[$0.1]) }.map { picture($0.0, $0.1) })
    }
    #expect(Set(replacements).count > 1)
    #expect(loader.badSamples.count == 1)
  }

  @Test(arguments: [SampleOrder.shuffled, .sequential, .balanced])
  func whatIsLeftOutIsNeverOpened(order: SampleOrder) throws {
    let pictures = try PictureFolder(count: 30)
    let leftOut = [4, 5, 6, 7].map { pictures.samples[$0] }
    for index in 4..<8 { try FileManager.default.removeItem(atPath: pictures.samples[index].path) }
    let loader = try BatchLoader(samples: pictures.samples, options: options(pictures, order: order))
    loader.begin(epoch: 1, leavingOut: Set(leftOut.map(\.identity)))
    let batches = try loader.remainingBatches()
    #expect(batches.map(\.labels.count) == [20, 6])
    #expect(loader.badImages.isEmpty)
    #expect(loader.batchesPerEpoch(leavingOut: Set(leftOut.map(\.identity))) == 2)
    if order != .balanced {
      let kept = pictures.samples.map(\.identity).filter { identity in
        !leftOut.contains { $0.identity == identity }
      }
      #expect(Set(batches.flatMap(\.samples)) == Set(kept))
    }
  }

  /// Leaving out moves no pair of the others, and equals a folder without the files.
  @Test func leavingOutIsAsIfTheFilesWereNotThere() throws {
    let pictures = try PictureFolder(count: 30)
    let rest = pictures.samples.filter { $0.label != 2 || $0.identity % 2 == 0 }
    let leftOut = Set(pictures.samples.map(\.identity)).subtracting(rest.map(\.identity))
    let orders = try [pictures.samples, rest].map { samples in
      try BatchLoader(samples: samples, options: options(pictures))
        .samples(inEpoch: 3, leavingOut: samples.count == 30 ? leftOut : []).map(\.identity)
    }
    #expect(!leftOut.isEmpty && orders[0] == orders[1])
  }

  @Test(arguments: [1, 3])
  func aClassWithoutAGoodImageEndsTheRun(threads: Int) throws {
    let pictures = try PictureFolder(count: 30)
    for index in 0..<30 where index % 3 == 1 { try pictures.spoil(index) }
    let loader = try BatchLoader(samples: pictures.samples, options: options(pictures, threads: threads))
    loader.begin(epoch: 0)
    let error = #expect(throws: LoadingError.self) { try loader.remainingBatches() }
    #expect(
      error?.description.hasPrefix("loader: none of the 10 images of a class can be read; the first: ")
        == true)
  }

  /// Another picture in a file that was read before is not what the run began with.
  @Test func aFileThatChangesIsBad() throws {
    let pictures = try PictureFolder(count: 30)
    let loader = try BatchLoader(samples: pictures.samples, options: options(pictures))
    _ = try loader.epoch(0)
    let other = PixelBuffer(width: 9, height: 9, channels: 3, filledWith: 7)
    try pictures.folder.write(
      file: pictures.samples[4].relativePath, bytes: try ImageCodec.encodePNG(other))
    #expect(try loader.epoch(1).joined().count == 30)
    #expect(loader.badSamples.map(\.sample) == [pictures.samples[4]] && loader.badSamples[0].epoch == 1)
    #expect(loader.badImages[0].reason.hasPrefix("it changed while it was in use: it had "))
  }
}
