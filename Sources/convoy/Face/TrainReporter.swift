import Convoy
import Synchronization

/// Tells a training run on the console as it goes.
final class TrainReporter: RunObserver {
  private let console: Console
  /// When the last step was told with `--json`: one a second is enough.
  private let lastStepEvent = Mutex<ContinuousClock.Instant?>(nil)
  /// The first event that could not be written as JSON: a bug, thrown at the end.
  private let failure = Mutex<(any Error)?>(nil)
  /// What may end the run, once it has begun.
  private let limits = Mutex<RunLimits?>(nil)

  init(console: Console) { self.console = console }

  func receive(_ event: RunEvent) {
    do {
      try tell(event)
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
  }

  /// Throws what went wrong while telling.
  func check() throws {
    if let error = failure.withLock({ $0 }) { throw error }
    try console.check()
  }

  private func tell(_ event: RunEvent) throws {
    switch event {
    case .started(let summary): try tell(summary)
    case .progress(let progress): try tell(progress)
    case .unfrozen(let notice):
      console.clearProgress()
      console.line(RunText.unfreezing(notice))
      try console.event("unfrozen", notice)
    case .epochFinished(let report):
      console.clearProgress()
      console.line(RunText.epoch(report))
      try console.event("epoch", report)
    case .profiled(let profile):
      RunText.profile(profile).forEach(console.aside)
      try console.event("profile", profile)
    case .warning(let warning):
      console.warning(warning.description)
      try console.event("warning", WarningBody(message: warning.description))
    case .checkpointSaved(let notice):
      console.detail("checkpoint  \(notice.path)")
      try console.event("checkpoint", notice)
    case .finished(let result): try tell(result)
    case .stalled(let stall): HangingRun.end(stall)
    }
  }

  private func tell(_ summary: RunSummary) throws {
    limits.withLock { $0 = summary.limits }
    RunText.summary(summary).forEach(console.line)
    RunText.start(summary).forEach(console.detail)
    RunText.layerRates(summary.layerRates).forEach(console.detail)
    RunText.classWeights(summary.classWeights).forEach(console.detail)
    if let weights = summary.weights {
      console.note(WeightsText.line(weights))
      WeightsText.details(weights).forEach(console.detail)
    }
    RunText.kernels(summary.kernels).forEach(console.detail)
    var body = summary
    if !console.verbose { body.kernels = [] }
    try console.event("summary", body)
  }

  private func tell(_ progress: StepProgress) throws {
    console.progress(
      ProgressLine(
        title: progress.epochText, step: progress.step,
        steps: progress.stepsPerEpoch, imagesPerSecond: progress.imagesPerSecond, loss: progress.loss,
        accuracy: progress.accuracy, secondsLeft: progress.secondsLeft,
        limits: limits.withLock { $0.flatMap { LimitsText.remaining($0, progress) } }))
    let now = ContinuousClock.now
    let isDue = lastStepEvent.withLock { last in
      if let instant = last, now - instant < .seconds(1) { return false }
      last = now
      return true
    }
    if isDue { try console.event("progress", progress) }
  }

  private func tell(_ result: RunResult) throws {
    console.clearProgress()
    RunText.details(of: result).forEach(console.line)
    console.result(RunText.result(result))
    try console.event("finished", result, isResult: true)
  }

  private struct WarningBody: Encodable { let message: String }
}
