import Foundation

/// Half a cosine from the peak down to `end` times the peak, again and again, after a linear warm-up: each cycle is
/// `t-mult` times as long as the one before.
///
/// Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2016; PyTorch's
/// `CosineAnnealingWarmRestarts`, where `eta_min` is `end` times the peak.
public struct CosineWarmRestarts: LearningRateCurve {
  /// `cosine-warm-restarts`.
  public static let name = "cosine-warm-restarts"
  /// Epochs of the first cycle, with fractions; nil is the length with which `cycles` of them fill the run.
  public var t0: Double?
  /// Cycles that fill the run, where `t0` is nil; nil is three.
  public var cycles: Int?
  /// How many times as long as the one before a cycle is, at least 1.
  public var tMult = 1
  /// The factor of the peak that each cycle falls to, 0...1.
  public var end = 0.0

  /// A schedule of its parameters.
  public init(t0: Double? = nil, cycles: Int? = nil, tMult: Int = 1, end: Double = 0) {
    self.t0 = t0
    self.cycles = cycles
    self.tMult = tMult
    self.end = end
  }

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double {
    step.warmupFactor ?? Cosine.fall(to: end, share: cycle(at: step).share)
  }

  /// The cycle that a step is in.
  /// - Returns: its number, counted from 0, and how much of it is done, 0..<1. The warm-up is before the first.
  public func cycle(at step: ScheduleStep) -> (index: Int, share: Double) {
    let factor = Double(tMult)
    var begin = 0.0
    var length =
      t0.map { $0 * max(1, step.stepsPerEpoch) } ?? step.totalAfterWarmup / firstCycles(factor)
    let place = max(0, step.stepsAfterWarmup)
    if tMult == 1 {
      let index = (place / length).rounded(.down)
      return (Int(index), place / length - index)
    }
    var index = 0
    while place >= begin + length {
      begin += length
      length *= factor
      index += 1
    }
    return (index, (place - begin) / length)
  }

  /// How many times as long as the first cycle all `cycles` are.
  private func firstCycles(_ factor: Double) -> Double {
    (0..<(cycles ?? 3)).reduce((sum: 0.0, length: 1.0)) { so, _ in (so.sum + so.length, so.length * factor) }
      .sum
  }

  /// Throws for a parameter out of its range.
  public func validate() throws(TrainingError) {
    if let cycles {
      try check("cycles", Double(cycles), "must be from 1 to 10000") { (1...10000).contains($0) }
      if let t0 { try check("t0", t0, "excludes cycles; give one of them") { _ in false } }
    }
    try check("t0", t0, "must be above 0, in epochs") { $0 > 0 && $0.isFinite }
    try check("t-mult", Double(tMult), "must be a whole number of at least 1") { $0 >= 1 }
    try check("end", end, "must be from 0 to 1") { (0...1).contains($0) }
  }
}

extension CosineWarmRestarts {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case t0, cycles
    case tMult = "t-mult"
    case end
  }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    t0 = try container.decodeIfPresent(Double.self, forKey: .t0)
    cycles = try container.decodeIfPresent(Int.self, forKey: .cycles)
    tMult = try container.decodeIfPresent(Int.self, forKey: .tMult) ?? tMult
    end = try container.decodeIfPresent(Double.self, forKey: .end) ?? end
  }
}
