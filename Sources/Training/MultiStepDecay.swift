import Foundation

/// The learning rate falls by a factor at each of some epochs, after a linear warm-up.
///
/// Source: PyTorch's `MultiStepLR`, with steps of an epoch.
public struct MultiStepDecay: LearningRateCurve {
  /// `multi-step`.
  public static let name = "multi-step"
  /// Epochs after which it falls, counted from the warm-up's end, rising, with fractions; nil is a half and three
  /// quarters of the run, as residual networks were first trained.
  public var milestones: [Double]?
  /// What it falls by.
  public var gamma = 0.1

  /// A schedule of its parameters.
  public init(milestones: [Double]? = nil, gamma: Double = 0.1) {
    self.milestones = milestones
    self.gamma = gamma
  }

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double {
    if let factor = step.warmupFactor { return factor }
    let place = milestones == nil ? step.shareAfterWarmup : step.epochsAfterWarmup
    let falls = (milestones ?? [0.5, 0.75]).count { $0 <= place }
    return Foundation.pow(gamma, Double(falls))
  }

  /// Throws for a parameter out of its range.
  public func validate() throws(TrainingError) {
    if let milestones {
      let isRising = zip([0] + milestones, milestones).allSatisfy { $0 < $1 && $1.isFinite }
      if milestones.isEmpty || !isRising {
        throw .invalidOption(
          name: "schedule.milestones", value: "\(milestones)",
          reason: "must be epochs above 0, each above the one before, such as [30, 60, 80]")
      }
    }
    try check("gamma", gamma, "must be above 0, and at most 1") { $0 > 0 && $0 <= 1 }
  }
}

extension MultiStepDecay {
  private enum CodingKeys: String, CodingKey, CaseIterable { case milestones, gamma }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    milestones = try container.decodeIfPresent([Double].self, forKey: .milestones)
    gamma = try container.decodeIfPresent(Double.self, forKey: .gamma) ?? gamma
  }
}
