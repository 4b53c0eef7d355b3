import Training

/// How well a trial did on images that it was not trained on.
public struct TrialScore: Codable, Equatable, Sendable {
  /// The share of validation images classified right, 0...1, in the best epoch so far; with folds the mean of theirs.
  public var accuracy: Double
  /// The 95% confidence interval of the accuracy: by Student's t over the folds, else by Wilson's score.
  public var interval: ClosedInterval
  /// The mean validation loss in that epoch; with folds the mean of theirs.
  public var loss: Double
  /// The accuracy of each fold; empty without folds.
  public var folds: [Double]
  /// Epochs that were trained; with folds the most of theirs.
  public var epochs: Int

  /// Two ends, the lower first.
  public struct ClosedInterval: Codable, Equatable, Sendable {
    /// The lower end.
    public var low: Double
    /// The upper end.
    public var high: Double
  }

  /// A score of its parts.
  public init(accuracy: Double, interval: ClosedInterval, loss: Double, folds: [Double] = [], epochs: Int) {
    self.accuracy = accuracy
    self.interval = interval
    self.loss = loss
    self.folds = folds
    self.epochs = epochs
  }
}

extension TrialScore {
  /// The score of one training.
  /// - Parameters:
  ///   - validation: of its best epoch.
  ///   - epochs: that were trained.
  public init(_ validation: Score, epochs: Int) {
    let right = (validation.top1 * Double(validation.count)).rounded()
    self.init(
      accuracy: validation.top1, interval: Self.wilson(right: right, of: Double(validation.count)),
      loss: validation.loss, epochs: epochs)
  }

  /// The score of a cross-validation.
  /// - Parameter folds: two or more.
  public init(folds: [TrialScore]) {
    precondition(folds.count >= 2, "a cross-validation has two folds or more")
    let count = Double(folds.count)
    let accuracies = folds.map(\.accuracy)
    let mean = accuracies.reduce(0, +) / count
    let variance = accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let half = StudentT.quantile(0.975, degreesOfFreedom: folds.count - 1) * (variance / count).squareRoot()
    self.init(
      accuracy: mean, interval: ClosedInterval(low: max(0, mean - half), high: min(1, mean + half)),
      loss: folds.reduce(0) { $0 + $1.loss } / count, folds: accuracies,
      epochs: folds.map(\.epochs).max() ?? 0)
  }

  /// The 95% interval of a share. Source: Wilson, "Probable inference, the law of succession, and statistical
  /// inference", JASA 1927.
  static func wilson(right: Double, of count: Double) -> ClosedInterval {
    let z = 1.959963984540054
    let share = right / count
    let centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    let half =
      z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count * count)).squareRoot()
    return ClosedInterval(low: max(0, centre - half), high: min(1, centre + half))
  }

  /// Whether a score ranks before another: by accuracy, then by loss, then by the trials' numbers.
  static func precedes(_ a: TrialScore, _ first: Int, _ b: TrialScore, _ second: Int) -> Bool {
    if a.accuracy != b.accuracy { return a.accuracy > b.accuracy }
    // A loss that is not a number is the worst, so that there is an order.
    let (loss, other) = (a.loss.isNaN ? .infinity : a.loss, b.loss.isNaN ? .infinity : b.loss)
    return loss != other ? loss < other : first < second
  }
}
