import Foundation

/// Softmax and cross-entropy of scores `[count, classes]`, row by row.
public enum SoftmaxCrossEntropy {
  /// What a shard's scores were worth.
  public struct Result: Sendable, Equatable {
    /// The sum of the images' losses, in nats.
    public var lossSum: Double = 0
    /// What a mean of them divides by: the number of images, or the sum of their labels' weights.
    public var weight: Double = 0
    /// How many images have their largest score at their label, or at that of the larger share; the lowest class
    /// wins ties of scores.
    public var correct = 0

    /// Nothing yet.
    public init() {}
  }

  /// Losses of the scores, and their gradient.
  ///
  /// The gradient is that of the images' sum: what is made of it, such as a mean, is for those who know what a step
  /// weighs in the end.
  /// - Parameters:
  ///   - labels: of the rows; where they are mixed, `loss` has to say so too.
  ///   - gradient: gets `softmax - one-hot`, or what another loss makes of it.
  public static func run(
    scores: UnsafePointer<Float>, labels: ImageLabels, count: Int, classes: Int,
    loss: ClassificationLoss = ClassificationLoss(), gradient: UnsafeMutablePointer<Float>
  ) -> Result {
    precondition(labels.mixed == nil || loss.hasSharedLabels, "mixed labels are shares")
    precondition(
      loss.classWeights.isEmpty || loss.classWeights.count == classes,
      "a weight for each of \(classes) classes")
    var result = Result()
    let isPlain = loss.isPlain && labels.mixed == nil
    loss.classWeights.withUnsafeBufferPointer { weights in
      let terms = LossTerms(loss, weights: weights.baseAddress, classes: classes)
      for row in 0..<count {
        let x = scores + row * classes
        let dx = gradient + row * classes
        var best = 0
        for k in 1..<max(classes, 1) where x[k] > x[best] { best = k }
        if labels.main(row) == best { result.correct += 1 }
        result.weight += loss.weight(of: Int(labels.own[row]))
        let value =
          if isPlain {
            plain(x, label: Int(labels.own[row]), best: best, classes, gradient: dx)
          } else if loss.focalGamma == 0 {
            terms.crossEntropy(x, labels.target(row), largest: x[best], gradient: dx)
          } else {
            terms.focal(x, labels.target(row), largest: x[best], gradient: dx)
          }
        result.lossSum += value
      }
    }
    return result
  }

  /// The cross-entropy of one image.
  private static func plain(
    _ x: UnsafePointer<Float>, label: Int, best: Int, _ classes: Int, gradient dx: UnsafeMutablePointer<Float>
  ) -> Double {
    var sum: Float = 0
    for k in 0..<classes {
      dx[k] = exp(x[k] - x[best])
      sum += dx[k]
    }
    for k in 0..<classes { dx[k] = dx[k] / sum - (k == label ? 1 : 0) }
    return Double(log(sum)) - Double(x[label] - x[best])
  }
}
