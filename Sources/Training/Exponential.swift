import Foundation

/// The learning rate falls by the same factor in every epoch, after a linear warm-up.
///
/// Source: PyTorch's `ExponentialLR`, with steps of an epoch; between them along the same curve, where the rate
/// changes with every step.
public struct Exponential: LearningRateCurve {
  /// `exponential`.
  public static let name = "exponential"
  /// What it falls by in an epoch; nil falls to a hundredth of the peak over the run.
  public var gamma: Double?

  /// A schedule of its parameters.
  public init(gamma: Double? = nil) {
    self.gamma = gamma
  }

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double {
    if let factor = step.warmupFactor { return factor }
    guard let gamma else { return Foundation.pow(0.01, step.shareAfterWarmup) }
    return Foundation.pow(gamma, step.epochsAfterWarmup)
  }

  /// Throws where `gamma` is out of its range.
  public func validate() throws(TrainingError) {
    try check("gamma", gamma, "must be above 0, and at most 1") { $0 > 0 && $0 <= 1 }
  }
}

extension Exponential {
  private enum CodingKeys: String, CodingKey, CaseIterable { case gamma }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    gamma = try container.decodeIfPresent(Double.self, forKey: .gamma)
  }
}
