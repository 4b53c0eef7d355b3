/// How the learning rate follows the size of the batch: a rate that was found for one batch is scaled for another.
public enum LearningRateScaling: String, Codable, CaseIterable, Sendable {
  /// It does not.
  case none
  /// In proportion: twice the batch, twice the rate. Source: Goyal et al., "Accurate, Large Minibatch SGD: Training
  /// ImageNet in 1 Hour", 2017.
  case linear
  /// With the square root: four times the batch, twice the rate. Source: Krizhevsky, "One weird trick for
  /// parallelizing convolutional neural networks", 2014; used by LAMB's authors.
  case sqrt

  /// The factor of the learning rate for steps of `images` images where it was found for steps of `base`.
  public func factor(images: Int, base: Int) -> Double {
    let ratio = Double(images) / Double(base)
    return switch self {
    case .none: 1
    case .linear: ratio
    case .sqrt: ratio.squareRoot()
    }
  }
}

extension RunConfiguration {
  /// Images of one step: those of every batch that it accumulates.
  public var stepSize: Int { batchSize * accumulate }

  /// The batch for which the learning rate was found, where `baseBatchSize` does not say.
  static let usualBaseBatchSize = 256

  /// The peak learning rate of a run: `learningRate`, scaled from the base batch to the images of a step.
  public var peakLearningRate: Double {
    (learningRate ?? optimizer.usualLearningRate) * learningRateFactor
  }

  /// What a rate is multiplied with for the images of a step.
  var learningRateFactor: Double {
    learningRateScaling.factor(images: stepSize, base: baseBatchSize ?? Self.usualBaseBatchSize)
  }
}
