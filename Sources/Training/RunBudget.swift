/// How long a run trains: whichever of its limits comes first ends it.
public struct RunBudget: Codable, Equatable, Sendable {
  /// Passes over the training images; nil is 10, and as many as there is time for where `time` is set.
  public var epochs: Int?
  /// The time that the run may take; nil is as long as it takes.
  public var time: TimeBudget?
  /// The validation top-1 accuracy, above 0 and at most 1, that ends the run once an epoch reaches it; nil is none.
  public var targetAccuracy: Double?

  /// The most epochs that a run can have.
  static let mostEpochs = 1_000_000
  static let usualEpochs = 10

  /// No limit but the usual number of epochs.
  public init() {}
}

extension RunConfiguration {
  /// The most passes over the training images: ``RunBudget/epochs``, or what it is where it is nil.
  public var epochs: Int {
    get { budget.epochs ?? (budget.time == nil ? RunBudget.usualEpochs : RunBudget.mostEpochs) }
    set { budget.epochs = newValue }
  }

  /// Checks what ends a run, and the warm-up that must end before.
  func checkBudget() throws(TrainingError) {
    if !(1...RunBudget.mostEpochs).contains(epochs) {
      throw .invalidOption(
        name: "epochs", value: "\(epochs)",
        reason: epochs < 1 ? "must be at least 1" : "must be at most \(RunBudget.mostEpochs)")
    }
    if let target = budget.targetAccuracy, !(target > 0 && target <= 1) {
      throw .invalidOption(
        name: "target-accuracy", value: "\(target)",
        reason: "must be above 0, and at most 1; 93% is 0.93")
    }
    if !(warmupEpochs >= 0 && warmupEpochs < Double(epochs)) {
      let most =
        budget.epochs == nil && budget.time != nil ? "" : " to below the number of epochs (\(epochs))"
      throw .invalidOption(
        name: "warmup-epochs", value: "\(warmupEpochs)", reason: "must be from 0" + most)
    }
    if case .reduceOnPlateau(let rule) = schedule, rule.minLR >= peakLearningRate {
      throw .invalidOption(
        name: "schedule.min-lr", value: "\(rule.minLR)",
        reason: "must be below the learning rate (\(peakLearningRate)), which could never fall")
    }
  }

  /// What is watched over the epochs and is of validation images, for the option that needs them; nil for none.
  var optionThatNeedsValidation: String? {
    if let metric = earlyStopping.bestMetric, metric.needsValidation { return "early-stopping" }
    if budget.targetAccuracy != nil { return "target-accuracy" }
    if case .reduceOnPlateau(let rule) = schedule, rule.metric?.needsValidation == true {
      return "schedule.metric"
    }
    return nil
  }
}

/// What may end a run before its last epoch, for whoever follows it.
public struct RunLimits: Codable, Equatable, Sendable {
  /// Epochs of the whole run; nil is as many as there is time for.
  public var epochs: Int?
  /// Seconds of the whole run; nil is as long as it takes.
  public var seconds: Int?
  /// The validation accuracy that ends it; nil is none.
  public var targetAccuracy: Double?
  /// Epochs without anything better that end it; nil is never.
  public var patience: Int?
  /// What early stopping watches.
  public var metric: MonitoredMetric?

  /// The limits of a configuration with every choice filled in.
  init(_ configuration: RunConfiguration) {
    epochs = configuration.budget.epochs
    seconds = configuration.budget.time?.seconds
    targetAccuracy = configuration.budget.targetAccuracy
    patience = configuration.earlyStopping.patience
    metric = configuration.earlyStopping.bestMetric
  }
}
