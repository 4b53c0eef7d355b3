/// The learning rate stays at the peak, after a linear warm-up.
///
/// Source: PyTorch's `ConstantLR` with factor 1.
public struct Constant: LearningRateCurve {
  /// `constant`.
  public static let name = "constant"

  /// The schedule; it has no parameters.
  public init() {}

  /// The factor of the peak.
  public func factor(at step: ScheduleStep) -> Double { step.warmupFactor ?? 1 }

  /// Nothing can be wrong.
  public func validate() {}
}

extension Constant {
  /// Reads nothing but checks that nothing is stated.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: ["name"])
  }
}
