/// The learning rate falls by a factor whenever a metric has not become better for some epochs, after a linear warm-up,
/// whose epochs do not count.
///
/// Source: PyTorch's `ReduceLROnPlateau`, with its parameters and defaults; the metric says which way is better.
public struct ReduceOnPlateau: LearningRateCurve {
  /// How much better counts as better.
  public enum ThresholdMode: String, Codable, Sendable {
    /// By a share of the best value.
    case rel
    /// By the threshold itself.
    case abs
  }

  /// `reduce-on-plateau`.
  public static let name = "reduce-on-plateau"
  /// What is watched; nil is the validation loss, and the training loss where nothing validates.
  public var metric: MonitoredMetric?
  /// What the rate falls by.
  public var factor = 0.1
  /// Epochs without anything better that are let pass before it falls, 0 or more.
  public var patience = 10
  /// How much better counts as better, 0 or more.
  public var threshold = 1e-4
  /// What `threshold` is of.
  public var thresholdMode = ThresholdMode.rel
  /// Epochs after a fall that do not count, 0 or more.
  public var cooldown = 0
  /// The rate below which it does not fall, 0 or more.
  public var minLR = 0.0
  /// Falls of the rate by no more than this are left out.
  public var eps = 1e-8

  /// A schedule of PyTorch's defaults.
  public init() {}

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double { step.warmupFactor ?? step.plateauFactor }

  /// Throws for a parameter out of its range.
  public func validate() throws(TrainingError) {
    try check("factor", factor, "must be above 0 and below 1") { $0 > 0 && $0 < 1 }
    let counts = [("patience", Double(patience)), ("cooldown", Double(cooldown))]
    for (name, value) in counts { try check(name, value, "must be 0 or more") { $0 >= 0 } }
    for (name, value) in [("threshold", threshold), ("min-lr", minLR), ("eps", eps)] {
      try check(name, value, "must be a number of 0 or more") { $0 >= 0 && $0.isFinite }
    }
  }
}

extension ReduceOnPlateau {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case metric, factor, patience, threshold
    case thresholdMode = "threshold-mode"
    case cooldown
    case minLR = "min-lr"
    case eps
  }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metric = try container.decodeIfPresent(MonitoredMetric.self, forKey: .metric)
    factor = try container.decodeIfPresent(Double.self, forKey: .factor) ?? factor
    patience = try container.decodeIfPresent(Int.self, forKey: .patience) ?? patience
    threshold = try container.decodeIfPresent(Double.self, forKey: .threshold) ?? threshold
    thresholdMode =
      try container.decodeIfPresent(ThresholdMode.self, forKey: .thresholdMode) ?? thresholdMode
    cooldown = try container.decodeIfPresent(Int.self, forKey: .cooldown) ?? cooldown
    minLR = try container.decodeIfPresent(Double.self, forKey: .minLR) ?? minLR
    eps = try container.decodeIfPresent(Double.self, forKey: .eps) ?? eps
  }
}

/// How far ``ReduceOnPlateau`` has come: part of a checkpoint.
struct PlateauState: Codable, Equatable, Sendable {
  /// The factor of the peak learning rate.
  private(set) var factor = 1.0
  /// The best value so far.
  private(set) var best: Double?
  /// Epochs since then.
  private(set) var badEpochs = 0
  /// Epochs of the cool-down that are left.
  private(set) var cooldown = 0

  /// Takes the value of an epoch.
  /// - Parameters:
  ///   - rising: whether a higher value is better.
  ///   - peak: the peak learning rate.
  mutating func observe(_ value: Double, rising: Bool, _ rule: ReduceOnPlateau, peak: Double) {
    if isBetter(value, rising: rising, rule) {
      best = value
      badEpochs = 0
    } else {
      badEpochs += 1
    }
    if cooldown > 0 {
      cooldown -= 1
      badEpochs = 0
    }
    if badEpochs > rule.patience {
      let (rate, lower) = (peak * factor, max(peak * factor * rule.factor, rule.minLR))
      if rate - lower > rule.eps { factor = lower / peak }
      cooldown = rule.cooldown
      badEpochs = 0
    }
  }

  private func isBetter(_ value: Double, rising: Bool, _ rule: ReduceOnPlateau) -> Bool {
    guard let best else { return true }
    let isRelative = rule.thresholdMode == .rel
    return rising
      ? value > (isRelative ? best * (1 + rule.threshold) : best + rule.threshold)
      : value < (isRelative ? best * (1 - rule.threshold) : best - rule.threshold)
  }
}
