import Parallel

/// What keeps weights small beside weight decay, or makes them zero.
public struct PenaltyChoice: Equatable, Sendable {
  /// The strength of the penalty `l1 * |w|` on every weight that decays; nil is none.
  public var l1: Double?
  /// Whether L1 is a proximal step (soft-thresholding) after the optimizer's, which makes weights exactly zero.
  public var isProximal = false
  /// The share of the run, 0...1, after which L1 ends and the zeros that it made stay; nil is never.
  public var l1Until: Double?
  /// The share of zeros, 0...1, at which L1 ends and they stay; where there are fewer at `l1Until`, the smallest weights
  /// become zero then. nil is any.
  public var l1Sparsity: Double?
  /// The strength of the penalty `l2 / 2 * w^2` on every weight that decays; nil is none.
  public var l2: Double?
  /// The largest norm that the weights of an output unit may have; nil is any.
  public var maxNorm: Double?

  /// No penalty.
  public init() {}

  /// Whether the time for L1 is over.
  /// - Parameter share: how much of the run is done, 0...1.
  func isL1Over(at share: Double) -> Bool { l1Until.map { share >= $0 } ?? false }

  /// For a step.
  /// - Parameter holdsZeros: whether L1 has ended.
  func penalty(holdsZeros: Bool) -> WeightPenalty {
    WeightPenalty(l1: holdsZeros ? 0 : Float(l1 ?? 0), l2: Float(l2 ?? 0), isProximal: isProximal)
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
    for (name, share, meaning) in [
      ("l1-until", l1Until, "a share of the run"), ("l1-sparsity", l1Sparsity, "a share of the weights"),
    ] {
      guard let share else { continue }
      guard share > 0 && share < 1 else {
        throw .invalidOption(name: name, value: "\(share)", reason: "must be between 0 and 1: \(meaning)")
      }
      guard isProximal else {
        throw .invalidOption(
          name: name, value: "\(share)", reason: "needs l1-proximal, which makes the zeros that stay")
      }
    }
    if let maxNorm, !(maxNorm > 0 && maxNorm.isFinite) {
      throw .invalidOption(name: "max-norm", value: "\(maxNorm)", reason: "must be a number above 0")
    }
  }
}
