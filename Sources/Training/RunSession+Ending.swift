import Networks
import Parallel

// What ends a run, and where it is in its schedule.

extension RunSession {
  /// Whether the run has come to its end.
  var isDone: Bool { progress.end != nil || progress.position.epoch >= plan.configuration.epochs }

  /// Where the next step is in the schedule.
  ///
  /// With a time budget the run has as many steps as the time will allow by the speed so far, if that is fewer: the
  /// share of the run that is done is then the share of the time that is used.
  var scheduleStep: ScheduleStep {
    let (configuration, clock) = (plan.configuration, progress.clock)
    var total = Double(configuration.epochs * stepsPerEpoch)
    if let time = configuration.budget.time {
      // A rate that follows once an epoch keeps to what was known at the epoch's start.
      let byEpoch = configuration.learningRateInterval == .epoch
      let steps = Double(byEpoch ? progress.position.epoch * stepsPerEpoch : stepsDone)
      let seconds = byEpoch ? clock.atEpochStart : clock.seconds
      let share = min(seconds / max(Double(time.seconds) - clock.reserve, 1e-9), 1)
      if steps > 0 && share > 0 { total = min(total, steps / share) }
    }
    return ScheduleStep(
      stepsDone, of: configuration, stepsPerEpoch: stepsPerEpoch, totalSteps: total,
      plateauFactor: progress.plateau.factor)
  }

  /// Counts the time since the last call.
  func count(_ work: RunClock.Work) {
    let seconds = elapsed?(work) ?? counted.seconds
    counted = .now
    progress.clock.add(seconds, work)
  }

  /// Whether the time is used up but for the epoch's end.
  var isTimeUsed: Bool {
    guard let time = plan.configuration.budget.time else { return false }
    return progress.clock.seconds + progress.clock.reserve >= Double(time.seconds)
  }

  /// Whether the epoch must end after the step that was done, though it has others.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` where the time is too short for one epoch.
  func mustEndEpoch() throws -> Bool {
    guard let time = plan.configuration.budget.time, progress.position.step < stepsPerEpoch else {
      return false
    }
    if progress.position.epoch > 0 { return isTimeUsed }
    let (used, budget) = (progress.clock.seconds, Double(time.seconds))
    let (done, all) = (progress.position.step, stepsPerEpoch)
    let wanted = used / Double(done) * Double(all)
    // The first steps are slow, so that only a clear case is told before the time is used up.
    let isClear = used >= budget / 10 && done >= 5 && wanted > 1.5 * budget
    if used < budget && !isClear { return false }
    let enough = TimeBudget(seconds: Int((wanted * 1.2).rounded(.up)))
    throw TrainingError.invalidOption(
      name: "time", value: "\(time)",
      reason: "is too short for one epoch: \(done) of its \(all) steps took \(Int(used.rounded(.up)))s"
        + (enough.map { "; \($0) would do" } ?? ""))
  }

  /// What an epoch's report means for the schedule and for the run's end.
  func judge(_ report: EpochReport) {
    let configuration = plan.configuration
    if case .reduceOnPlateau(let rule) = configuration.schedule,
      Double(report.epoch) > configuration.warmupEpochs
    {
      let metric = rule.metric ?? (report.validation == nil ? .trainingLoss : .loss)
      if let value = metric.value(of: report) {
        progress.plateau.observe(
          value, rising: metric.risesToTheBetter, rule, peak: configuration.peakLearningRate)
      }
    }
    var hasWaited = false
    if let value = configuration.earlyStopping.bestMetric?.value(of: report) {
      hasWaited = progress.stopping.observe(value, configuration.earlyStopping)
    }
    if let target = configuration.budget.targetAccuracy, let score = report.validation, score.top1 >= target {
      progress.end = .targetAccuracy
    } else if report.epoch < configuration.epochs {
      progress.end = hasWaited ? .earlyStopping : isTimeUsed ? .time : nil
    }
  }

  /// Takes the weights of the best epoch back, where early stopping is on and the last epoch was not the best.
  /// - Returns: the epoch, counted from 1; nil where nothing changes.
  func restoreBest() throws -> Int? {
    guard plan.configuration.earlyStopping.isOn, progress.end != .targetAccuracy, let best = progress.best,
      best.epoch < progress.position.epoch
    else { return nil }
    let model = try ModelFile.load(folder.best)
    let ofFile = model.history.last
    guard ofFile?.epoch == best.epoch, ofFile?.trainingLoss == best.trainingLoss else {
      throw TrainingError.tensorMismatch(
        path: folder.best, reason: "it is not of the best epoch (\(best.epoch)), whose weights are wanted")
    }
    try replicas.load(state: model.state)
    return best.epoch
  }
}
