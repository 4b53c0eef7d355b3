import Parallel

/// What keeps weights small beside weight decay, or makes them zero.
public struct PenaltyChoice: Equatable, Sendable {
  /// The strength of the penalty `l1 * |w|` on every weight that decays; nil is none.
  public var l1: Double?
  /// Whether L1 is a proximal step (soft-thresholding) after the optimizer's, which makes weights exactly zero.
  public var isProximal = false
  /// The strength of the penalty `l2 / 2 * w^2` on every weight that decays; nil is none.
  public var l2: Double?
  /// The largest norm that the weights of an output unit may have; nil is any.
  public var maxNorm: Double?

  /// No penalty.
  public init() {}

  /// For a step.
  var penalty: WeightPenalty {
    WeightPenalty(l1: Float(l1 ?? 0), l2: Float(l2 ?? 0), isProximal: isProximal)
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
    if let maxNorm, !(maxNorm > 0 && maxNorm.isFinite) {
      throw .invalidOption(name: "max-norm", value: "\(maxNorm)", reason: "must be a number above 0")
    }
  }
}
