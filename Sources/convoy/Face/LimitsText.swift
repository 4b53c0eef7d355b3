import Convoy

/// What may end a run, and what has ended it.
enum LimitsText {
  /// All limits: `after 20 epochs, or at 93.0% validation accuracy`.
  static func summary(_ limits: RunLimits) -> String {
    var parts: [String] = []
    if let epochs = limits.epochs { parts.append("after \(Quantity.count(epochs, "epoch"))") }
    if let seconds = limits.seconds { parts.append("after \(Quantity.duration(seconds: Double(seconds)))") }
    if let target = limits.targetAccuracy {
      parts.append("at \(Quantity.percent(target)) validation accuracy")
    }
    if let patience = limits.patience, let metric = limits.metric {
      parts.append("after \(Quantity.count(patience, "epoch")) without a better \(name(metric))")
    }
    return parts.joined(separator: ", or ")
  }

  /// What of them a progress line says besides the time left; nil for nothing.
  static func remaining(_ limits: RunLimits, _ progress: StepProgress) -> String? {
    var parts: [String] = []
    if let target = limits.targetAccuracy { parts.append("or at \(Quantity.percent(target))") }
    if let patience = limits.patience, let since = progress.epochsWithoutGain {
      parts.append("or \(since) of \(Quantity.count(patience, "epoch")) without gain")
    }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  /// What ended a run, after the number of epochs; nothing where that says it.
  static func reason(_ end: RunEnd) -> String {
    switch end {
    case .epochs, .request: ""
    case .time: " (the time is used up)"
    case .targetAccuracy: " (the target accuracy is reached)"
    case .earlyStopping: " (stopped early: no better epoch any more)"
    }
  }

  private static func name(_ metric: MonitoredMetric) -> String {
    switch metric {
    case .accuracy: "validation accuracy"
    case .loss: "validation loss"
    case .trainingLoss: "training loss"
    }
  }
}
