import Foundation

/// The one-cycle schedule: from `peak / div` up to the peak along half a cosine, then down to
/// `peak / div / final-div` along another. Where both are given, momentum goes the other way, from
/// `max-momentum` down to `base-momentum` and up again, unless the run states one.
///
/// A warm-up sets the length of the rise, which is otherwise `pct-start` of the run.
///
/// Source: Smith and Topin, "Super-convergence", 2017; PyTorch's `OneCycleLR` with `anneal_strategy="cos"` and
/// two phases.
public struct OneCycle: LearningRateCurve {
  /// `one-cycle`.
  public static let name = "one-cycle"
  /// The share of the run that the learning rate rises, 0...1.
  public var pctStart = 0.3
  /// The peak is this many times the start.
  public var div = 25.0
  /// The start is this many times the end.
  public var finalDiv = 1e4
  /// Momentum at the peak, 0..<1; PyTorch's default is 0.85. Nil leaves the momentum alone, which was better
  /// on Fashion-MNIST (vgg6, 6 epochs: 92.95% against 92.55%).
  public var baseMomentum: Double?
  /// Momentum at both ends, 0..<1; PyTorch's default is 0.95.
  public var maxMomentum: Double?

  /// A schedule of its parameters.
  public init(
    pctStart: Double = 0.3, div: Double = 25, finalDiv: Double = 1e4, baseMomentum: Double? = nil,
    maxMomentum: Double? = nil
  ) {
    self.pctStart = pctStart
    self.div = div
    self.finalDiv = finalDiv
    self.baseMomentum = baseMomentum
    self.maxMomentum = maxMomentum
  }

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double {
    cycle(at: step, start: 1 / div, peak: 1, end: 1 / div / finalDiv)
  }

  /// Momentum, lowest where the learning rate is highest.
  public func momentum(at step: ScheduleStep) -> Double? {
    guard let baseMomentum, let maxMomentum else { return nil }
    return cycle(at: step, start: maxMomentum, peak: baseMomentum, end: maxMomentum)
  }

  /// A value that goes from its start to its peak and from there to its end.
  private func cycle(at step: ScheduleStep, start: Double, peak: Double, end: Double) -> Double {
    let rise = step.warmupSteps > 0 ? step.warmupSteps : pctStart * step.totalSteps
    let top = rise - 1
    let last = step.totalSteps - 1
    let position = step.step
    if position <= top {
      return Self.anneal(from: start, to: peak, share: top > 0 ? position / top : 1)
    }
    return Self.anneal(from: peak, to: end, share: last > top ? (position - top) / (last - top) : 1)
  }

  /// Throws for a parameter out of its range, and where one of the momenta is missing.
  public func validate() throws(TrainingError) {
    try check("pct-start", pctStart, "must be from 0 to 1") { (0...1).contains($0) }
    try check("div", div, "must be above 0") { $0 > 0 && $0.isFinite }
    try check("final-div", finalDiv, "must be above 0") { $0 > 0 && $0.isFinite }
    for (name, value) in [("base-momentum", baseMomentum), ("max-momentum", maxMomentum)] {
      try check(name, value, "must be from 0 to below 1") { (0..<1).contains($0) }
    }
    if (baseMomentum == nil) != (maxMomentum == nil) {
      throw .invalidOption(
        name: "schedule", value: OneCycle.name,
        reason: "needs both base-momentum and max-momentum, or neither")
    }
  }

  /// Half a cosine from one value to another.
  private static func anneal(from start: Double, to end: Double, share: Double) -> Double {
    end + (start - end) / 2 * (1 + Foundation.cos(Double.pi * min(share, 1)))
  }
}

extension OneCycle {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case pctStart = "pct-start"
    case div
    case finalDiv = "final-div"
    case baseMomentum = "base-momentum"
    case maxMomentum = "max-momentum"
  }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    pctStart = try container.decodeIfPresent(Double.self, forKey: .pctStart) ?? pctStart
    div = try container.decodeIfPresent(Double.self, forKey: .div) ?? div
    finalDiv = try container.decodeIfPresent(Double.self, forKey: .finalDiv) ?? finalDiv
    baseMomentum = try container.decodeIfPresent(Double.self, forKey: .baseMomentum)
    maxMomentum = try container.decodeIfPresent(Double.self, forKey: .maxMomentum)
  }
}
