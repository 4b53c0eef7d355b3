import Networks
import Pixels
import Testing

@testable import Parallel

/// Features that are computed once stand for the images: the same bits, wherever the network is cut, also with random
/// draws behind the cut.
@Suite struct FeatureTests {
  private func replicas(
    _ before: String, _ kernels: KernelSet, synchronized: Bool = false, shards: Int = 4
  ) throws -> DataParallel {
    try DataParallel(
      network: smallNetwork(), batchSize: 10, shards: shards, workers: 2, kernels: kernels,
      synchronizesBatchNorm: synchronized, frozen: FrozenLayers(before: before), seed: 7, momentCount: 1)
  }

  /// Images of a mini-batch, or their features, as a mini-batch.
  private func batch(_ batch: ImageBatch, _ features: [Float], _ shape: ActivationShape) -> ImageBatch {
    let result: ImageBatch
    switch shape {
    case .image(let channels, let height, let width):
      result = ImageBatch(capacity: batch.count, channels: channels, height: height, width: width)
    case .vector(let count): result = ImageBatch(capacity: batch.count, channels: count, height: 1, width: 1)
    }
    result.count = batch.count
    for (i, value) in features.enumerated() { result.images[i] = value }
    for i in 0..<batch.count { (result.labels[i], result.samples[i]) = (batch.labels[i], batch.samples[i]) }
    return result
  }

  @Test(arguments: ["1", "2", "4", "5", "6", "9"], KernelSet.all)
  func trainOnFeatures(before: String, kernels: KernelSet) throws {
    for isSynchronized in [false, true] {
      let (plain, cached) = (
        try replicas(before, kernels, synchronized: isSynchronized),
        try replicas(before, kernels, synchronized: isSynchronized)
      )
      guard let cut = cached.featureCut else {
        #expect(kernels.library == .oneDNN || before == "1")
        return
      }
      for step in 0..<3 {
        let images = ImageBatch.random(
          step == 2 ? 7 : 10, smallNetwork().input, classes: 3, seed: UInt64(step))
        let features = batch(images, try cached.features(images, for: .training), cut.shape)
        try plain.accumulate(images, epoch: step, step: step)
        try cached.accumulate(features, of: .features, epoch: step, step: step)
        let results = try [plain, cached].map {
          try $0.update(optimizer: PlainSGD(), learningRate: 0.1, step: step)
        }
        #expect(results[0] == results[1])
        let still = batch(images, try cached.features(images, for: .inference), cut.shape)
        #expect(try plain.scores(images) == cached.scores(still, of: .features))
      }
      #expect(try plain.state() == cached.state())
      #expect(try plain.moments() == cached.moments())
      #expect(plain.digests == cached.digests)
    }
  }

  /// Features do not depend on what else is in the mini-batch, nor on the place in it.
  @Test(arguments: ["5", "9"], KernelSet.all) func featuresAreTheImagesOwn(before: String, kernels: KernelSet)
    throws
  {
    let whole = ImageBatch.random(10, smallNetwork().input, classes: 3, seed: 1)
    let one = try replicas(before, kernels, shards: 1)
    guard let cut = one.featureCut else { return }
    let expected = try one.features(whole, for: .training)
    let few = ImageBatch(capacity: 3, channels: 3, height: 8, width: 8)
    few.count = 3
    for (place, image) in [7, 2, 9].enumerated() {
      _ = few.image(at: place).update(fromContentsOf: whole.image(at: image))
    }
    let count = cut.shape.count
    for shards in [1, 2, 3] {
      let features = try replicas(before, kernels, shards: shards).features(few, for: .training)
      for (place, image) in [7, 2, 9].enumerated() {
        let own = features[place * count..<(place + 1) * count]
        #expect(Array(own) == Array(expected[image * count..<(image + 1) * count]), "\(shards) shards")
      }
    }
  }
}
