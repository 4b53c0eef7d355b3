import Foundation

/// The learning rate falls to zero at the run's end, along a power of what is left of the run, after a linear warm-up.
///
/// Source: PyTorch's `PolynomialLR` over the whole run.
public struct Polynomial: LearningRateCurve {
  /// `polynomial`.
  public static let name = "polynomial"
  /// The power: 1 is a straight line, more falls faster at first.
  public var power = 1.0

  /// A schedule of its parameters.
  public init(power: Double = 1) {
    self.power = power
  }

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double {
    step.warmupFactor ?? Foundation.pow(1 - step.shareAfterWarmup, power)
  }

  /// Throws where `power` is not above 0.
  public func validate() throws(TrainingError) {
    try check("power", power, "must be a number above 0") { $0 > 0 && $0.isFinite }
  }
}

extension Polynomial {
  private enum CodingKeys: String, CodingKey, CaseIterable { case power }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    power = try container.decodeIfPresent(Double.self, forKey: .power) ?? power
  }
}
