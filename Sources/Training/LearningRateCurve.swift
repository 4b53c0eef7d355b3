/// The rule of a schedule: which part of the peak learning rate a step gets.
///
/// A pure function of the position, so that a resumed run needs no state.
public protocol LearningRateCurve: Codable, Equatable, Sendable {
  /// The schedule's name in configurations.
  static var name: String { get }
  /// The factor of the peak learning rate at a step: 1 is the peak.
  func factor(at step: ScheduleStep) -> Double
  /// The momentum at a step, where the schedule moves it; nil where it does not.
  func momentum(at step: ScheduleStep) -> Double?
}

extension LearningRateCurve {
  /// Most schedules leave the momentum alone.
  public func momentum(at step: ScheduleStep) -> Double? { nil }
}

/// Where a step is within a run.
public struct ScheduleStep: Equatable, Sendable {
  /// The step, counted from 0 over the whole run.
  public var step: Int
  /// Steps of the whole run.
  public var totalSteps: Int
  /// Steps of one epoch.
  public var stepsPerEpoch: Int
  /// Steps of warm-up at the run's start.
  public var warmupSteps: Int

  /// A position of its parts.
  public init(step: Int, totalSteps: Int, stepsPerEpoch: Int, warmupSteps: Int = 0) {
    self.step = step
    self.totalSteps = totalSteps
    self.stepsPerEpoch = stepsPerEpoch
    self.warmupSteps = warmupSteps
  }
}

extension ScheduleStep {
  /// The factor of a linear warm-up from a hundredth of the peak; nil once it is over.
  ///
  /// Source: PyTorch's `LinearLR(start_factor=0.01, total_iters=warmupSteps)`, as torchvision's reference
  /// training uses it.
  var warmupFactor: Double? {
    step < warmupSteps ? 0.01 + 0.99 * Double(step) / Double(warmupSteps) : nil
  }

  /// Steps since the warm-up's end.
  var stepsAfterWarmup: Int { step - warmupSteps }

  /// Steps of the run after the warm-up, at least 1.
  var totalAfterWarmup: Int { max(1, totalSteps - warmupSteps) }
}
