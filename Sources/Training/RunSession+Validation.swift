import Parallel

extension RunSession {
  /// Scores the validation images; nil without any.
  ///
  /// Throws ``TrainingError/diverged(_:)`` where the loss is not finite.
  func validate() throws -> Score? {
    let score = try scoreValidation()
    if let score, !score.loss.isFinite {
      throw try diverged(
        .validationLoss, learningRate: progress.tally.learningRate, source: replicas.largestGradient,
        isUnderWay: false)
    }
    return score
  }

  /// Scores the validation images, whatever comes of it; nil without any.
  func scoreValidation() throws -> Score? {
    guard let validation else { return nil }
    let start = ContinuousClock.now
    let score = try watchdog.during(.evaluation, at: progress.position) {
      try replicas.tally(validation, features: features?.validation).score
    }
    validationSeconds = start.seconds
    reportBadImages()
    return score
  }
}
