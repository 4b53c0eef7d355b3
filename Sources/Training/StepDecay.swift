import Foundation

/// The learning rate falls by a factor every few epochs, after a linear warm-up.
///
/// Source: PyTorch's `StepLR`, stepped by epoch.
public struct StepDecay: LearningRateCurve {
  /// `step`.
  public static let name = "step"
  /// Epochs between two falls; nil falls twice in a run, at its thirds.
  public var every: Int?
  /// What it falls by.
  public var gamma = 0.1

  /// A schedule of its parameters.
  public init(every: Int? = nil, gamma: Double = 0.1) {
    self.every = every
    self.gamma = gamma
  }

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double {
    if let factor = step.warmupFactor { return factor }
    let stepsPerEpoch = max(1, step.stepsPerEpoch)
    let epochs = (step.totalSteps + stepsPerEpoch - 1) / stepsPerEpoch
    let period = max(1, every ?? (epochs + 2) / 3)
    return Foundation.pow(gamma, Double(step.step / stepsPerEpoch / period))
  }
}

extension StepDecay {
  private enum CodingKeys: String, CodingKey, CaseIterable { case every, gamma }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    every = try container.decodeIfPresent(Int.self, forKey: .every)
    gamma = try container.decodeIfPresent(Double.self, forKey: .gamma) ?? gamma
  }
}
