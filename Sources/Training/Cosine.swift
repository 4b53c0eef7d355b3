import Foundation

/// Half a cosine from the peak down to `end` times the peak at the last step's end, after a linear warm-up.
///
/// Source: Loshchilov and Hutter, "SGDR", 2016, without restarts; PyTorch's `CosineAnnealingLR`, where `eta_min` is
/// `end` times the peak.
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
    step.warmupFactor ?? Self.fall(to: end, share: step.shareAfterWarmup)
  }

  /// Half a cosine from 1 to `end`, at a share of it, 0...1.
  static func fall(to end: Double, share: Double) -> Double {
    end + (1 - end) / 2 * (1 + Foundation.cos(Double.pi * share))
  }

  /// Throws where `end` is not from 0 to 1.
  public func validate() throws(TrainingError) {
    try check("end", end, "must be from 0 to 1") { (0...1).contains($0) }
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
