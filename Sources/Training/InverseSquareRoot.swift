/// The learning rate falls with the square root of the steps done, after a linear warm-up: three times `timescale`
/// later it is half the peak, however long the run is.
///
/// Source: Vaswani et al., "Attention Is All You Need", 2017, equation 3, whose peak is at the warm-up's end; for
/// another `timescale` as transformers' `get_inverse_sqrt_schedule`.
public struct InverseSquareRoot: LearningRateCurve {
  /// `inverse-sqrt`.
  public static let name = "inverse-sqrt"
  /// Epochs, with fractions; nil is the warm-up's length, and one epoch where there is none.
  public var timescale: Double?

  /// A schedule of its parameters.
  public init(timescale: Double? = nil) {
    self.timescale = timescale
  }

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double {
    if let factor = step.warmupFactor { return factor }
    let epoch = max(1, step.stepsPerEpoch)
    let scale = timescale.map { $0 * epoch } ?? (step.warmupSteps > 0 ? step.warmupSteps : epoch)
    return (scale / (scale + step.stepsAfterWarmup)).squareRoot()
  }

  /// Throws where `timescale` is not above 0.
  public func validate() throws(TrainingError) {
    try check("timescale", timescale, "must be above 0, in epochs") { $0 > 0 && $0.isFinite }
  }
}

extension InverseSquareRoot {
  private enum CodingKeys: String, CodingKey, CaseIterable { case timescale }

  /// Reads the parameters that are there; the others keep their defaults.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue) + ["name"])
    let container = try decoder.container(keyedBy: CodingKeys.self)
    timescale = try container.decodeIfPresent(Double.self, forKey: .timescale)
  }
}
