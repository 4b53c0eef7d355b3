import Foundation

/// The learning rate falls by a factor every few epochs, after a linear warm-up.
///
/// Source: PyTorch's `StepLR`, with steps of an epoch.
public struct StepDecay: LearningRateCurve {
  /// `step`.
  public static let name = "step"
  /// Epochs between two falls, counted from the warm-up's end; nil falls twice, at a third and two thirds of the run.
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
    let falls = every.map { step.epochsAfterWarmup / Double($0) } ?? min(3 * step.shareAfterWarmup, 2)
    return Foundation.pow(gamma, falls.rounded(.down))
  }

  /// Throws for a parameter out of its range.
  public func validate() throws(TrainingError) {
    if let every, every < 1 {
      throw .invalidOption(name: "schedule.every", value: "\(every)", reason: "must be at least 1")
    }
    try check("gamma", gamma, "must be above 0, and at most 1") { $0 > 0 && $0 <= 1 }
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
