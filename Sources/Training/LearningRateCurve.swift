/// The rule of a schedule: which part of the peak learning rate a step gets.
///
/// A pure function of the position, so that a resumed run needs no state but ``ReduceOnPlateau``'s. Every curve but
/// ``OneCycle`` begins where the warm-up ends.
public protocol LearningRateCurve: Codable, Equatable, Sendable {
  /// The schedule's name in configurations.
  static var name: String { get }
  /// The factor of the peak learning rate at a step: 1 is the peak.
  func factor(at step: ScheduleStep) -> Double
  /// The momentum at a step, where the schedule moves it; nil where it does not.
  func momentum(at step: ScheduleStep) -> Double?
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` for a parameter that cannot be used.
  func validate() throws(TrainingError)
}

extension LearningRateCurve {
  /// Most schedules leave the momentum alone.
  public func momentum(at step: ScheduleStep) -> Double? { nil }

  /// Throws the error of a parameter that fails a test; nil passes.
  func check(
    _ parameter: String, _ value: Double?, _ reason: String, by test: (Double) -> Bool
  ) throws(TrainingError) {
    guard let value, !test(value) else { return }
    throw .invalidOption(name: "schedule.\(parameter)", value: "\(value)", reason: reason)
  }
}
