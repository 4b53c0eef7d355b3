import Foundation

/// Softmax and cross-entropy of scores `[count, classes]`, row by row.
public enum SoftmaxCrossEntropy {
  /// What a shard's scores were worth.
  public struct Result: Sendable, Equatable {
    /// The sum of the images' losses, in nats.
    public var lossSum: Double = 0
    /// How many images have their largest score at their label; the lowest class wins ties.
    public var correct = 0

    /// Nothing yet.
    public init() {}
  }

  /// Losses of the scores, and their gradient.
  ///
  /// The gradient is that of the images' sum: what is made of it, such as a mean, is for those who know how many
  /// images a step has in the end.
  /// - Parameter gradient: gets `softmax - one-hot`.
  public static func run(
    scores: UnsafePointer<Float>, labels: UnsafePointer<Int32>, count: Int, classes: Int,
    gradient: UnsafeMutablePointer<Float>
  ) -> Result {
    var result = Result()
    for row in 0..<count {
      let x = scores + row * classes
      let dx = gradient + row * classes
      let label = Int(labels[row])
      var best = 0
      for k in 1..<max(classes, 1) where x[k] > x[best] { best = k }
      var sum: Float = 0
      for k in 0..<classes {
        dx[k] = exp(x[k] - x[best])
        sum += dx[k]
      }
      result.lossSum += Double(log(sum)) - Double(x[label] - x[best])
      if best == label { result.correct += 1 }
      for k in 0..<classes { dx[k] = dx[k] / sum - (k == label ? 1 : 0) }
    }
    return result
  }
}
