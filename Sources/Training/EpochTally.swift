/// The sums of an epoch that is under way, from which its report comes. Part of a checkpoint, so that an epoch
/// that was interrupted reports the same.
struct EpochTally: Codable, Equatable, Sendable {
  /// The sum of every image's loss.
  private(set) var lossSum = 0.0
  /// Images classified right.
  private(set) var correct = 0
  /// Images met.
  private(set) var count = 0
  /// Wall seconds.
  var seconds = 0.0
  /// Seconds of them in which the replicas waited for images; nil before the first.
  private(set) var waited: Double?
  /// The learning rate of the last step.
  private(set) var learningRate = 0.0
  /// The norm of the gradient in the last step, before it was clipped.
  private(set) var gradientNorm = 0.0
  /// Steps, the sum of their gradients' norms, and that of their penalties.
  private var steps = 0
  private var gradientNormSum = 0.0
  private var penaltySum = 0.0

  /// Adds a step's images.
  mutating func add(meanLoss: Double, correct: Int, count: Int, learningRate: Double) {
    lossSum += meanLoss * Double(count)
    self.correct += correct
    self.count += count
    self.learningRate = learningRate
  }

  /// Adds what a step's update came to.
  mutating func add(gradientNorm: Double, penalty: Double) {
    self.gradientNorm = gradientNorm
    steps += 1
    gradientNormSum += gradientNorm
    penaltySum += penalty
  }

  /// Adds time in which the replicas waited for images.
  mutating func add(waited seconds: Double) { waited = (waited ?? 0) + seconds }

  /// The share of the time in which the replicas waited for images, 0...1.
  var waitShare: Double { seconds > 0 ? min(1, (waited ?? 0) / seconds) : 0 }

  /// The mean norm of the steps' gradients.
  var meanGradientNorm: Double { gradientNormSum / Double(max(steps, 1)) }

  /// The mean penalty of the steps.
  var penalty: Double { penaltySum / Double(max(steps, 1)) }

  /// The mean loss; 0 before the first image.
  var loss: Double { count > 0 ? lossSum / Double(count) : 0 }

  /// The share classified right, 0...1.
  var accuracy: Double { count > 0 ? Double(correct) / Double(count) : 0 }

  /// Images a second.
  var imagesPerSecond: Double { seconds > 0 ? Double(count) / seconds : 0 }
}
