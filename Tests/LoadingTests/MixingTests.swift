import Augmentation
import Testing

@testable import Loading

/// Batches of mixed images, from files to labels.
@Suite("Mixed batches") struct MixingTests {
  private static let mixUp = BatchMixing(mixUp: MixUp(alpha: 1))
  private static let both = BatchMixing(mixUp: MixUp(alpha: 0.4), cutMix: CutMix(alpha: 1), probability: 0.7)

  /// The mixed labels of a batch's images.
  private struct Target: Equatable {
    let own, partner: Int32
    let share: Float
  }

  private func targets(
    _ pictures: PictureFolder, _ mixing: BatchMixing?, batchSize: Int = 5, threads: Int = 2, epoch: Int = 0,
    skipping: Int = 0
  ) throws -> [(contents: BatchContents, targets: [Target]?)] {
    var options = pictures.options(batchSize: batchSize, threads: threads)
    options.mixing = mixing
    let loader = try BatchLoader(samples: pictures.samples, options: options)
    loader.begin(epoch: epoch, skippingBatches: skipping)
    var batches: [(BatchContents, [Target]?)] = []
    while let batch = try loader.next() {
      let targets = (0..<batch.count).map {
        Target(own: batch.labels[$0], partner: batch.partners[$0], share: batch.shares[$0])
      }
      batches.append((BatchContents(batch), batch.isMixed ? targets : nil))
      loader.recycle(batch)
    }
    return batches
  }

  /// The pictures have one value each, so that a weighted sum shows its parts. Partners are those of the epoch's own
  /// order, and the last batch is partial.
  @Test(arguments: [0, 3], [false, true])
  func imagesAndLabelsAreMixedAlike(epoch: Int, spoiled: Bool) throws {
    let pictures = try PictureFolder(count: 18)
    if spoiled { for index in [0, 7, 8, 17] { try pictures.spoil(index) } }
    let plain = try targets(pictures, nil, epoch: epoch)
    let mixed = try targets(pictures, Self.mixUp, epoch: epoch)
    #expect(mixed.count == 4 && plain.count == 4)
    var shares: Set<Float> = []
    for (before, after) in zip(plain, mixed) {
      #expect(before.targets == nil)
      let count = before.contents.labels.count
      #expect(after.contents.labels == before.contents.labels)
      #expect(after.contents.samples == before.contents.samples)
      let targets = try #require(after.targets)
      for place in 0..<count {
        let partner = count - 1 - place
        #expect(targets[place].partner == before.contents.labels[partner])
        #expect(targets[place].share == targets[0].share || place == partner)
        #expect((0...1).contains(targets[place].share))
        if place == partner {
          #expect(targets[place].share == 1)
        } else {
          shares.insert(targets[place].share)
        }
        for pixel in 0..<12 {
          let value = { (batch: BatchContents, image: Int) in
            Float(bitPattern: batch.images[image * 12 + pixel])
          }
          let share = targets[place].share
          let expected = share * value(before.contents, place) + (1 - share) * value(before.contents, partner)
          #expect(abs(value(after.contents, place) - expected) < 1e-6)
        }
      }
    }
    // Each batch draws its own.
    #expect(shares.count == mixed.count { $0.contents.labels.count > 1 })
  }

  @Test func threadsAndSkippingChangeNothing() throws {
    let pictures = try PictureFolder(count: 40)
    try pictures.spoil(4)
    let expected = try targets(pictures, Self.both, batchSize: 3, threads: 1, epoch: 2)
    #expect(expected.contains { $0.targets == nil } && expected.contains { $0.targets != nil })
    for (threads, skipping) in [(2, 0), (4, 0), (3, 5)] {
      let batches = try targets(
        pictures, Self.both, batchSize: 3, threads: threads, epoch: 2, skipping: skipping)
      #expect(batches.map(\.contents) == expected.dropFirst(skipping).map(\.contents))
      #expect(batches.map(\.targets) == expected.dropFirst(skipping).map(\.targets))
    }
    #expect(
      try targets(pictures, Self.both, batchSize: 3, epoch: 3).map(\.contents) != expected.map(\.contents))
  }

  @Test func aBatchOfNothingButBadImagesIsEmpty() throws {
    let pictures = try PictureFolder(count: 3)
    for index in 0..<2 { try pictures.spoil(index) }
    let batches = try targets(pictures, Self.mixUp, batchSize: 1)
    #expect(batches.map(\.contents.labels.count).sorted() == [0, 0, 1])
    // A single image is its own partner.
    #expect(batches.flatMap { $0.targets ?? [] } == [Target(own: 2, partner: 2, share: 1)])
  }
}
