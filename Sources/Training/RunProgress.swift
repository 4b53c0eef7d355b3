/// How far a run has come: what a checkpoint keeps beside weights and moments.
struct RunProgress: Codable, Equatable, Sendable {
  /// Where it goes on.
  var position = RunPosition(epoch: 0, step: 0)
  /// The epoch under way.
  var tally = EpochTally()
  /// The finished epochs.
  var history: [EpochReport] = []
  /// What ended the run before its last epoch, at an epoch's end; nil while it goes on.
  var end: RunEnd?
  /// What ``ReduceOnPlateau`` has come to.
  var plateau = PlateauState()
  /// What ``EarlyStopping`` has seen.
  var stopping = EarlyStoppingState()
  /// The time that the run has used.
  var clock = RunClock()

  /// The images that could not be read; nil for none.
  var badImages: [LeftOutImage]?

  /// Cycles of the learning rate whose last model is saved.
  var snapshots = 0

  /// The best finished epoch.
  var best: EpochReport? { history.last { $0.isBest } }

  /// Whether an epoch with these results is better than every earlier one by a metric. Equal accuracies are judged by
  /// the validation loss; without validation the training loss judges.
  func isBest(validation: Score?, trainingLoss: Double, by metric: MonitoredMetric) -> Bool {
    guard let best else { return true }
    guard metric.needsValidation, let validation, let before = best.validation else {
      return trainingLoss < best.trainingLoss
    }
    return metric.prefers(validation, to: before)
  }

  /// Whether the moving average of the weights scores better than after every earlier epoch; nil without a score.
  private func isBestEMA(_ score: Score?, by metric: MonitoredMetric) -> Bool? {
    guard let score else { return nil }
    guard let before = history.last(where: { $0.isBestEMA == true })?.ema else { return true }
    return metric.prefers(score, to: before)
  }

  /// Goes back to the beginning of the epoch under way.
  mutating func beginEpochAnew() {
    position.step = 0
    tally = EpochTally()
  }

  /// Ends the epoch under way, and returns its report.
  /// - Parameters:
  ///   - ema: how the moving average of the weights scores; nil without one.
  ///   - metric: what the best epoch is judged by.
  ///   - sparsity: the share of zeros among the weights, where an L1 penalty asks for them.
  mutating func finishEpoch(
    validation: Score?, ema: Score? = nil, bestBy metric: MonitoredMetric = .accuracy, sparsity: Double? = nil
  ) -> EpochReport {
    let report = EpochReport(
      epoch: position.epoch + 1, learningRate: tally.learningRate, trainingLoss: tally.loss,
      trainingAccuracy: tally.accuracy, trainingImages: tally.count, validation: validation, ema: ema,
      isBestEMA: isBestEMA(ema, by: metric),
      seconds: tally.seconds, imagesPerSecond: tally.imagesPerSecond,
      waitShare: tally.waitShare,
      isBest: isBest(validation: validation, trainingLoss: tally.loss, by: metric),
      gradientNorm: tally.meanGradientNorm, penalty: tally.penalty > 0 ? tally.penalty : nil,
      sparsity: sparsity)
    history.append(report)
    position = RunPosition(epoch: position.epoch + 1, step: 0)
    tally = EpochTally()
    return report
  }
}

extension MonitoredMetric {
  /// Whether a score is better than another one. Equal accuracies are judged by the loss.
  fileprivate func prefers(_ score: Score, to other: Score) -> Bool {
    self == .loss ? score.loss < other.loss : (score.top1, -score.loss) > (other.top1, -other.loss)
  }
}
