import Datasets
import ImageCodecs
import Pixels
import TestSupport

@testable import Loading

/// Tiny grey pictures, 4 by 3, each of one value that tells them apart: picture i has value i + 1.
struct PictureFolder {
  let folder: TemporaryFolder
  var samples: [ImageSample] = []

  init(count: Int) throws {
    folder = try TemporaryFolder()
    for index in 0..<count { try add(index) }
  }

  /// Adds the picture with this value, less one.
  mutating func add(_ index: Int) throws {
    let pixels = PixelBuffer(width: 4, height: 3, channels: 1, filledWith: UInt8(index + 1))
    try add(file: "\(index % 3)/\(index).png", bytes: try ImageCodec.encodePNG(pixels), label: index % 3)
  }

  /// Adds any file.
  mutating func add(file: String, bytes: [UInt8], label: Int) throws {
    let path = try folder.write(file: file, bytes: bytes)
    samples.append(ImageSample(path: path, relativePath: file, label: label))
  }

  /// Makes a picture unreadable.
  func spoil(_ index: Int) throws {
    try folder.write(file: samples[index].relativePath, bytes: Array("spoiled".utf8))
  }

  /// Options that keep the pictures' values: value / 255.
  func options(
    batchSize: Int, threads: Int = 2, order: SampleOrder = .shuffled, onBadImage: BadImagePolicy = .skip
  ) -> LoaderOptions {
    LoaderOptions(
      preprocessing: Preprocessing(channels: 1, height: 3, width: 4, mean: [0], std: [1]),
      batchSize: batchSize, loaderThreads: threads, seed: 7, order: order, onBadImage: onBadImage)
  }
}

/// All that a batch holds, to compare bit by bit.
struct BatchContents: Equatable {
  let images: [UInt32]
  let labels: [Int32]
  let samples: [UInt64]

  init(_ batch: ImageBatch) {
    let size = batch.channels * batch.height * batch.width
    images = batch.images.prefix(batch.count * size).map(\.bitPattern)
    labels = Array(batch.labels.prefix(batch.count))
    samples = Array(batch.samples.prefix(batch.count))
  }
}

extension BatchLoader {
  /// Takes, copies and recycles batches until the epoch's end.
  func remainingBatches() throws -> [BatchContents] {
    var batches: [BatchContents] = []
    while let batch = try next() {
      batches.append(BatchContents(batch))
      recycle(batch)
    }
    return batches
  }

  /// The identities of an epoch's images, batch by batch.
  func epoch(_ epoch: Int, skippingBatches: Int = 0) throws -> [[UInt64]] {
    begin(epoch: epoch, skippingBatches: skippingBatches)
    return try remainingBatches().map(\.samples)
  }
}
