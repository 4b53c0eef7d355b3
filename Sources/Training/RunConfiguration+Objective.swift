import Augmentation
import Kernels
import Loading

/// What training minimises.
public struct ObjectiveOptions: Equatable, Sendable {
  /// The share of every target that is spread over all classes, 0..<1.
  public var labelSmoothing = 0.0
  /// Focal loss's exponent, 0 or more; 0 is cross-entropy.
  public var focalGamma = 0.0
  /// What the loss of each class is multiplied by; nil is 1 for all.
  public var classWeights: ClassWeights?

  /// Plain cross-entropy.
  public init() {}
}

/// How the images of a batch are mixed.
public struct MixingOptions: Equatable, Sendable {
  /// MixUp's alpha, 0 or more; 0 is none.
  public var mixUp = 0.0
  /// CutMix's alpha, 0 or more; 0 is none.
  public var cutMix = 0.0
  /// How often a batch is mixed, above 0 and at most 1; nil is always.
  public var probability: Double?

  /// No mixing.
  public init() {}

  /// Nil where nothing is mixed.
  var batchMixing: BatchMixing? {
    if mixUp == 0 && cutMix == 0 { return nil }
    return BatchMixing(
      mixUp: mixUp == 0 ? nil : MixUp(alpha: mixUp), cutMix: cutMix == 0 ? nil : CutMix(alpha: cutMix),
      probability: probability ?? 1)
  }
}

/// Which training images an epoch has.
public enum ImageSampling: String, Codable, CaseIterable, Sendable {
  /// Each once, in a new order.
  case shuffled
  /// As many, drawn with replacement so that every class comes equally often.
  case balanced

  /// - Parameter hasWeights: whether the images' weights differ.
  func order(hasWeights: Bool) -> SampleOrder {
    self == .balanced ? .balanced : hasWeights ? .weighted : .shuffled
  }
}

extension RunConfiguration {
  /// Checks the options of loss, mixing, sampling and noise.
  func checkObjective() throws(TrainingError) {
    try check("label-smoothing", objective.labelSmoothing, "must be from 0 to below 1") {
      (0..<1).contains($0)
    }
    try check("focal-gamma", objective.focalGamma, "must be 0 or more") { $0 >= 0 && $0.isFinite }
    try check("mixup", mixing.mixUp, "must be 0 (none) or more") { $0 >= 0 && $0.isFinite }
    try check("cutmix", mixing.cutMix, "must be 0 (none) or more") { $0 >= 0 && $0.isFinite }
    try check("input-noise", inputNoise, "must be 0 (none) or more") { $0 >= 0 && $0.isFinite }
    if let probability = mixing.probability {
      try check("mix-probability", probability, "must be above 0, and at most 1") { $0 > 0 && $0 <= 1 }
      if mixing.batchMixing == nil {
        throw .invalidOption(
          name: "mix-probability", value: "\(probability)", reason: "needs mixup or cutmix")
      }
    }
    try objective.classWeights?.check()
    if sampling == .balanced && objective.classWeights == .balanced {
      throw .invalidOption(
        name: "class-weights", value: "balanced",
        reason: "sampling is balanced already, so that rare classes would count too much; use one of them")
    }
  }

  private func check(
    _ name: String, _ value: Double, _ reason: String, by test: (Double) -> Bool
  ) throws(TrainingError) {
    if !test(value) { throw .invalidOption(name: name, value: "\(value)", reason: reason) }
  }
}

extension RunPlan {
  /// What the loss of each class is multiplied by; nil where all are alike.
  func classWeights() throws(TrainingError) -> [RunSummary.ClassWeight]? {
    let train = data.splits.train
    return try configuration.objective.classWeights?.weights(of: train.classes, counts: train.countsPerClass)
      .enumerated().map { RunSummary.ClassWeight(name: train.classes[$0], weight: $1) }
  }

  /// What training minimises.
  func loss() throws(TrainingError) -> ClassificationLoss {
    var loss = ClassificationLoss()
    loss.labelSmoothing = configuration.objective.labelSmoothing
    loss.focalGamma = configuration.objective.focalGamma
    loss.classWeights = try classWeights()?.map { Float($0.weight) } ?? []
    loss.hasSharedLabels = configuration.mixing.batchMixing != nil
    return loss
  }
}
