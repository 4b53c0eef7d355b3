import Parallel

/// What keeps weights small beside weight decay, or makes them zero.
public struct PenaltyChoice: Equatable, Sendable {
  /// The strength of the penalty `l1 * |w|` on every weight that decays; nil is none.
  public var l1: Double?
  /// Whether L1 is a proximal step (soft-thresholding) after the optimizer's, which makes weights exactly zero.
  public var isProximal = false
  /// The share of the run, 0...1, after which L1 ends and the zeros that it made stay; nil is never.
  public var l1Until: Double?
  /// The strength of the penalty `l2 / 2 * w^2` on every weight that decays; nil is none.
  public var l2: Double?
  /// The largest norm that the weights of an output unit may have; nil is any.
  public var maxNorm: Double?

  /// No penalty.
  public init() {}

  /// Whether L1 has ended.
  /// - Parameter share: how much of the run is done, 0...1.
  func holdsZeros(at share: Double) -> Bool { l1Until.map { share >= $0 } ?? false }

  /// For a step.
  /// - Parameter share: how much of the run is done, 0...1.
  func penalty(at share: Double) -> WeightPenalty {
    WeightPenalty(
      l1: holdsZeros(at: share) ? 0 : Float(l1 ?? 0), l2: Float(l2 ?? 0), isProximal: isProximal)
  }

  /// Checks the values.
  func check() throws(TrainingError) {
    for (name, strength) in [("l1", l1), ("l2", l2)] {
      guard let strength, !(strength >= 0 && strength.isFinite) else { continue }
      throw .invalidOption(name: name, value: "\(strength)", reason: "must be 0 or more")
    }
    if isProximal && l1 == nil {
      throw .invalidOption(name: "l1-proximal", value: "true", reason: "needs l1")
    }
    if let l1Until {
      guard l1Until > 0 && l1Until < 1 else {
        throw .invalidOption(
          name: "l1-until", value: "\(l1Until)", reason: "must be between 0 and 1: a share of the run")
      }
      guard isProximal else {
        throw .invalidOption(
          name: "l1-until", value: "\(l1Until)", reason: "needs l1-proximal, which makes the zeros that stay")
      }
    }
    if let maxNorm, !(maxNorm > 0 && maxNorm.isFinite) {
      throw .invalidOption(name: "max-norm", value: "\(maxNorm)", reason: "must be a number above 0")
    }
  }
}
