import Loading
import Networks
import Parallel

/// The features of a run's images, where they are kept.
struct RunFeatures {
  let training: FeatureFeed
  /// Nil without validation images.
  let validation: FeatureFeed?
}

extension RunPlan {
  /// What frozen layers make of the images, and whether it is kept; nil where no layers in front are frozen.
  func features(of replicas: DataParallel) -> RunSummary.Features? {
    guard let cut = replicas.featureCut else { return nil }
    let images = samples.count + (data.validation?.samples.count ?? 0)
    var features = RunSummary.Features(
      lastLayer: cut.last, valuesPerImage: cut.shape.count,
      byteCount: images * cut.shape.count * MemoryLayout<Float>.stride)
    if configuration.featureCache == 0 {
      features.reason = .turnedOff
    } else if recipe != nil {
      features.reason = .imagesAreAugmented
    } else if configuration.mixing.batchMixing != nil {
      features.reason = .imagesAreMixed
    } else if configuration.sampling == .balanced || data.hasWeights {
      features.reason = .imagesAreDrawn
    } else if features.byteCount > configuration.featureCache << 20 {
      features.reason = .tooLarge(mebibytes: configuration.featureCache)
    }
    return features
  }

  /// Room for the features of all images, where they are kept.
  func keepFeatures(
    of replicas: DataParallel, _ training: BatchLoader, _ validation: BatchLoader?
  ) throws -> RunFeatures? {
    guard let cut = replicas.featureCut, let features = features(of: replicas), features.reason == nil else {
      return nil
    }
    try replicas.prepareFeatures(batchSize: configuration.batchSize)
    return RunFeatures(
      training: FeatureFeed(training, for: .training, shape: cut.shape, images: samples.count),
      validation: validation.map {
        FeatureFeed(
          $0, for: .inference, shape: cut.shape, images: data.validation?.samples.count ?? 0)
      })
  }
}
