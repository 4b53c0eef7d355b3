/// Where a step is within a run, as schedules see it: all counted in steps, or in epochs where the learning rate
/// follows its schedule once an epoch (``byEpoch``).
public struct ScheduleStep: Equatable, Sendable {
  /// The step, counted from 0 over the whole run.
  public var step: Double
  /// Steps of the whole run; with a time budget those that the time will allow by the speed so far.
  public var totalSteps: Double
  /// Steps of one epoch.
  public var stepsPerEpoch: Double
  /// Steps of warm-up at the run's start.
  public var warmupSteps: Double
  /// What ``ReduceOnPlateau`` has come to: times the peak.
  public var plateauFactor = 1.0

  /// A position of its parts.
  public init(step: Double, totalSteps: Double, stepsPerEpoch: Double, warmupSteps: Double = 0) {
    self.step = step
    self.totalSteps = totalSteps
    self.stepsPerEpoch = stepsPerEpoch
    self.warmupSteps = warmupSteps
  }

  /// A position of whole steps.
  public init(step: Int, totalSteps: Int, stepsPerEpoch: Int, warmupSteps: Int = 0) {
    self.init(
      step: Double(step), totalSteps: Double(totalSteps), stepsPerEpoch: Double(stepsPerEpoch),
      warmupSteps: Double(warmupSteps))
  }
}

extension ScheduleStep {
  /// The position counted in whole epochs: that of every step of the epoch.
  public var byEpoch: ScheduleStep {
    let steps = max(1, stepsPerEpoch)
    var epochs = ScheduleStep(
      step: (step / steps).rounded(.down), totalSteps: totalSteps / steps, stepsPerEpoch: 1,
      warmupSteps: warmupSteps / steps)
    epochs.plateauFactor = plateauFactor
    return epochs
  }

  /// How much of the whole run is done, 0...1.
  var share: Double { min(step / max(1, totalSteps), 1) }

  /// The factor of a linear warm-up from a hundredth of the peak; nil once it is over.
  ///
  /// Source: PyTorch's `LinearLR(start_factor=0.01, total_iters=warmupSteps)`, as torchvision's reference
  /// training uses it.
  var warmupFactor: Double? { step < warmupSteps ? 0.01 + 0.99 * step / warmupSteps : nil }

  /// Steps since the warm-up's end, as after the milestone of PyTorch's `SequentialLR`.
  var stepsAfterWarmup: Double { step - warmupSteps }

  /// Epochs since the warm-up's end, with fractions.
  var epochsAfterWarmup: Double { stepsAfterWarmup / max(1, stepsPerEpoch) }

  /// Steps of the run after the warm-up, at least 1.
  var totalAfterWarmup: Double { max(1, totalSteps - warmupSteps) }

  /// How much of the run after the warm-up is done, 0...1.
  var shareAfterWarmup: Double { min(stepsAfterWarmup / totalAfterWarmup, 1) }
}
