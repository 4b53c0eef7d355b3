/// One finished epoch: a row of `log.csv`.
public struct EpochReport: Codable, Equatable, Sendable {
  /// The epoch, counted from 1.
  public var epoch: Int
  /// The learning rate of its last step.
  public var learningRate: Double
  /// The mean of what was minimised over the epoch's training images, as they were met.
  public var trainingLoss: Double
  /// The share of training images classified right as they were met, 0...1; mixed ones count by their larger share.
  public var trainingAccuracy: Double
  /// Training images met (bad ones are not).
  public var trainingImages: Int
  /// How the network scores on the validation split after the epoch; nil without one.
  public var validation: Score?
  /// How the moving average of the weights scores on the validation split after the epoch; nil without either.
  public var ema: Score?
  /// Whether that is the best so far; nil without it.
  public var isBestEMA: Bool?
  /// Wall seconds of the epoch's training, without its evaluation.
  public var seconds: Double
  /// Training images a second.
  public var imagesPerSecond: Double
  /// The share of these seconds in which the replicas waited for images, 0...1; nil in models of before it was kept.
  public var waitShare: Double?
  /// Whether it is the best epoch so far.
  public var isBest: Bool
  /// The mean norm of its steps' gradients, before they were clipped; nil in models of before it was kept.
  public var gradientNorm: Double?
  /// The mean penalty on the weights at its steps, which the loss is without; nil without a penalty.
  public var penalty: Double?
  /// The share of weights that are exactly zero after it, 0...1, of those of convolutions and dense layers that decay;
  /// nil without an L1 penalty.
  public var sparsity: Double?
}

/// Scores over a set of images.
public struct Score: Codable, Equatable, Sendable {
  /// Images scored.
  public var count: Int
  /// Mean cross-entropy (natural logarithm).
  public var loss: Double
  /// The share of images whose class has the highest score, 0...1.
  public var top1: Double
  /// The share of images whose class is among the five highest scores (all, where there are fewer), 0...1.
  public var top5: Double

  /// Scores of given values.
  public init(count: Int, loss: Double, top1: Double, top5: Double) {
    self.count = count
    self.loss = loss
    self.top1 = top1
    self.top5 = top5
  }
}
