/// Ends a run when its epochs have not become better for a while. The weights of the best epoch are then the run's.
///
/// Source: Keras's `EarlyStopping` with `restore_best_weights`: an epoch is better where its metric beats the best one
/// of before by more than the minimum change.
public struct EarlyStopping: Codable, Equatable, Sendable {
  /// Epochs in a row without anything better that end the run, 1 or more; nil is never.
  public var patience: Int?
  /// What is watched, and what the best epoch is judged by; nil is the validation accuracy.
  public var metric: MonitoredMetric?
  /// How much better counts as better, 0 or more; nil is 0.
  public var minDelta: Double?

  /// The run never ends early.
  public init() {}

  /// Whether it may end the run.
  public var isOn: Bool { patience != nil }

  /// With every choice filled in, where it is on.
  var resolved: EarlyStopping {
    var resolved = self
    resolved.metric = metric ?? .accuracy
    resolved.minDelta = minDelta ?? 0
    return resolved
  }

  /// What is watched; nil where it is off.
  var bestMetric: MonitoredMetric? { isOn ? metric ?? .accuracy : nil }
}

extension RunConfiguration {
  func checkEarlyStopping() throws(TrainingError) {
    let rule = earlyStopping
    if let patience = rule.patience, patience < 1 {
      throw .invalidOption(name: "early-stopping", value: "\(patience)", reason: "must be at least 1")
    }
    if let delta = rule.minDelta, !(delta >= 0 && delta.isFinite) {
      throw .invalidOption(name: "early-stopping-min-delta", value: "\(delta)", reason: "must be 0 or more")
    }
    let parts = [
      ("early-stopping-metric", rule.metric?.rawValue),
      ("early-stopping-min-delta", rule.minDelta.map { "\($0)" }),
    ]
    for (name, value) in parts where !rule.isOn {
      if let value { throw .invalidOption(name: name, value: value, reason: "needs early-stopping") }
    }
  }
}

/// What early stopping has seen: part of a checkpoint.
struct EarlyStoppingState: Codable, Equatable, Sendable {
  /// The best value by more than the minimum change.
  private(set) var best: Double?
  /// Epochs since then.
  private(set) var epochsSince = 0

  /// Takes the value of an epoch.
  /// - Returns: whether that was enough.
  mutating func observe(_ value: Double, _ rule: EarlyStopping) -> Bool {
    let (sign, delta) = (rule.bestMetric?.risesToTheBetter == true ? 1.0 : -1.0, rule.minDelta ?? 0)
    if best.map({ sign * value - delta > sign * $0 }) ?? true {
      best = value
      epochsSince = 0
    } else {
      epochsSince += 1
    }
    return rule.patience.map { epochsSince >= $0 } ?? false
  }
}
