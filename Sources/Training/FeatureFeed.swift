import Datasets
import Loading
import Networks
import Parallel
import Pixels

/// Batches of features instead of images: those of an image are computed when it comes for the first time, and kept.
/// Once an epoch has been seen from its beginning to its end, no image is read any more.
///
/// Batches hold what the loader's would, in the same order. What is not there after a whole epoch could not be read.
final class FeatureFeed {
  private let loader: BatchLoader
  private let purpose: Plan.Purpose
  private let valuesPerImage: Int
  /// The features of all images so far, one after another.
  private var values: [Float] = []
  /// Where an image's features are among those of the others, by its identity.
  private var places: [UInt64: Int] = [:]
  private var isComplete = false
  /// What is handed out, one batch at a time.
  private let batch: ImageBatch

  /// The epoch under way: its images in order, where none of them is read, and how many were handed out.
  private var order: [ImageSample] = []
  private var position = 0
  private var seesWholeEpoch = false

  /// Room for the features of so many images.
  init(_ loader: BatchLoader, for purpose: Plan.Purpose, shape: ActivationShape, images: Int) {
    self.loader = loader
    self.purpose = purpose
    valuesPerImage = shape.count
    values.reserveCapacity(images * shape.count)
    places.reserveCapacity(images)
    let size = loader.options.batchSize
    switch shape {
    case .image(let channels, let height, let width):
      batch = ImageBatch(capacity: size, channels: channels, height: height, width: width)
    case .vector(let count): batch = ImageBatch(capacity: size, channels: count, height: 1, width: 1)
    }
  }

  /// Starts an epoch.
  func begin(epoch: Int, skippingBatches: Int = 0, leavingOut: Set<UInt64> = []) {
    if isComplete {
      order = loader.samples(inEpoch: epoch, leavingOut: leavingOut)
      position = skippingBatches * loader.options.batchSize
    } else {
      loader.begin(epoch: epoch, skippingBatches: skippingBatches, leavingOut: leavingOut)
      seesWholeEpoch = skippingBatches == 0
    }
  }

  /// The next batch of features, valid until the one after it; nil at the epoch's end.
  /// - Parameter replicas: compute what is not known yet.
  func next(_ replicas: DataParallel) throws -> ImageBatch? {
    if isComplete { return nextKnown() }
    guard let images = try loader.next() else {
      isComplete = seesWholeEpoch
      return nil
    }
    defer { loader.recycle(images) }
    let features = try replicas.features(images, for: purpose)
    batch.count = images.count
    for i in 0..<images.count {
      let part = features[i * valuesPerImage..<(i + 1) * valuesPerImage]
      if places[images.samples[i]] == nil {
        places[images.samples[i]] = places.count
        values += part
      }
      set(i, part, label: images.labels[i], identity: images.samples[i])
    }
    return batch
  }

  private func nextKnown() -> ImageBatch? {
    if position >= order.count { return nil }
    let end = min(position + loader.options.batchSize, order.count)
    batch.count = 0
    for sample in order[position..<end] {
      guard let place = places[sample.identity] else { continue }
      let part = values[place * valuesPerImage..<(place + 1) * valuesPerImage]
      set(batch.count, part, label: Int32(sample.label), identity: sample.identity)
      batch.count += 1
    }
    position = end
    return batch
  }

  private func set(_ index: Int, _ features: ArraySlice<Float>, label: Int32, identity: UInt64) {
    _ = batch.image(at: index).update(fromContentsOf: features)
    batch.labels[index] = label
    batch.samples[index] = identity
  }
}
