import Foundation

/// Half a cosine from the peak down to `end` times the peak at the last step's end, after a linear warm-up.
///
/// Source: Loshchilov and Hutter, "SGDR", 2016, without restarts; PyTorch's `CosineAnnealingLR`, stepped by batch.
public struct Cosine: LearningRateCurve {
  /// `cosine`.
  public static let name = "cosine"
  /// The factor of the peak that it falls to, 0...1.
  public var end = 0.0

  /// A schedule of its parameters.
  public init(end: Double = 0) {
    self.end = end
  }

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double {
    if let factor = step.warmupFactor { return factor }
    let share = Double(step.stepsAfterWarmup) / Double(step.totalAfterWarmup)
    return end + (1 - end) / 2 * (1 + Foundation.cos(Double.pi * min(share, 1)))
  }
}

extension Cosine {
  private enum CodingKeys: String, CodingKey, CaseIterable { case end }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    end = try container.decodeIfPresent(Double.self, forKey: .end) ?? end
  }
}
