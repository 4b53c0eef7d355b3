/// The learning rate goes along a straight line over the run, after a linear warm-up.
///
/// Source: PyTorch's `LinearLR` over the whole run. Its own defaults rise from a third, as a warm-up does; here the
/// line falls from the peak to zero, since `warmup-epochs` warms up.
public struct LinearDecay: LearningRateCurve {
  /// `linear`.
  public static let name = "linear"
  /// The factor of the peak at its beginning, above 0 and at most 1.
  public var startFactor = 1.0
  /// The factor of the peak at its end, 0...1.
  public var endFactor = 0.0

  /// A schedule of its parameters.
  public init(startFactor: Double = 1, endFactor: Double = 0) {
    self.startFactor = startFactor
    self.endFactor = endFactor
  }

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double {
    step.warmupFactor ?? startFactor + (endFactor - startFactor) * step.shareAfterWarmup
  }

  /// Throws for a parameter out of its range.
  public func validate() throws(TrainingError) {
    try check("start-factor", startFactor, "must be above 0, and at most 1") { $0 > 0 && $0 <= 1 }
    try check("end-factor", endFactor, "must be from 0 to 1") { (0...1).contains($0) }
  }
}

extension LinearDecay {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case startFactor = "start-factor"
    case endFactor = "end-factor"
  }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    startFactor = try container.decodeIfPresent(Double.self, forKey: .startFactor) ?? startFactor
    endFactor = try container.decodeIfPresent(Double.self, forKey: .endFactor) ?? endFactor
  }
}
