/// Averages of a run's weights, and the models that it leaves on its way: the options `ema`, `swa-from`, `swa-lr` and
/// `snapshots`.
public struct WeightAveraging: Equatable, Sendable {
  /// What the exponential moving average of the weights keeps of itself a step, above 0 and below 1; nil is no such
  /// average.
  public var ema: Double?
  /// The epoch, counted from 1, from whose end on the weights at the ends of epochs are averaged (stochastic weight
  /// averaging); nil is none.
  public var swaFrom: Int?
  /// The learning rate from the beginning of that epoch on, in place of the schedule's; nil is the schedule's.
  public var swaLearningRate: Double?
  /// Cycles of the learning rate, at whose ends the model is saved; nil is none.
  public var snapshots: Int?

  /// None.
  public init() {}
}

extension WeightAveraging {
  /// Checks the values, and that none is stated that would be ignored.
  func check(epochs: Int, schedule: Schedule) throws(TrainingError) {
    if let ema, !(ema > 0 && ema < 1) {
      throw .invalidOption(name: "ema", value: "\(ema)", reason: "must be above 0 and below 1, such as 0.999")
    }
    if let swaFrom, !(1...max(1, epochs)).contains(swaFrom) {
      throw .invalidOption(
        name: "swa-from", value: "\(swaFrom)", reason: "must be an epoch of the run, from 1 to \(epochs)")
    }
    if let swaLearningRate {
      if !(swaLearningRate > 0 && swaLearningRate.isFinite) {
        throw .invalidOption(name: "swa-lr", value: "\(swaLearningRate)", reason: "must be a number above 0")
      }
      if swaFrom == nil {
        throw .invalidOption(name: "swa-lr", value: "\(swaLearningRate)", reason: "needs swa-from")
      }
    }
    guard let snapshots else { return }
    if snapshots < 1 || snapshots > epochs {
      throw .invalidOption(
        name: "snapshots", value: "\(snapshots)",
        reason: "must be from 1 to the number of epochs (\(epochs)), so that a cycle has an epoch")
    }
    if swaLearningRate != nil {
      throw .invalidOption(
        name: "swa-lr", value: "\(swaLearningRate ?? 0)",
        reason: "excludes snapshots, whose cycles the learning rate must end")
    }
    guard let cycles = schedule.cycles(snapshots) else {
      throw .invalidOption(
        name: "snapshots", value: "\(snapshots)",
        reason:
          "needs the schedule \(CosineWarmRestarts.name), whose cycles it counts, and not \(schedule.name)")
    }
    if cycles.t0 != nil {
      throw .invalidOption(
        name: "snapshots", value: "\(snapshots)",
        reason: "sets the length of the cycles: leave the schedule's t0 out")
    }
  }
}

extension Schedule {
  /// The schedule of so many cycles: this one, if it has cycles, or in place of the default; nil for others.
  func cycles(_ count: Int) -> CosineWarmRestarts? {
    switch self {
    case .cosineWarmRestarts(var curve):
      curve.cycles = count
      return curve
    case RunConfiguration().schedule:
      return CosineWarmRestarts(cycles: count)
    default:
      return nil
    }
  }
}

extension RunConfiguration {
  /// The learning rate of a step.
  /// - Parameter epoch: the step's, counted from 0.
  func learningRate(at moment: ScheduleStep, epoch: Int) -> Double {
    if let rate = averaging.swaLearningRate, let from = averaging.swaFrom, epoch + 1 >= from { return rate }
    return schedule.learningRate(peak: peakLearningRate, at: moment)
  }

  /// The configuration with the schedule that snapshots need.
  func withSnapshotCycles() -> RunConfiguration {
    guard let count = averaging.snapshots, let curve = schedule.cycles(count) else { return self }
    var resolved = self
    resolved.schedule = .cosineWarmRestarts(curve)
    return resolved
  }
}
