import Convoy
import Synchronization

/// Tells a search on the console as it goes: its trials, and how far the one under way is.
final class TuneReporter: SearchObserver, RunObserver {
  private struct State {
    /// The trial under way, for the progress line.
    var trial = ""
    /// Warnings of the trials that were told, each of which would come with every trial.
    var warnings: Set<String> = []
    var finished = 0
    /// The first event that could not be written as JSON: a bug, thrown at the end.
    var failure: (any Error)?
  }

  private let console: Console
  private let state = Mutex(State())

  init(console: Console) { self.console = console }

  /// Throws what went wrong while telling.
  func check() throws {
    if let error = state.withLock({ $0.failure }) { throw error }
    try console.check()
  }

  func receive(_ event: SearchEvent) {
    do { try tell(event) } catch { state.withLock { $0.failure = $0.failure ?? error } }
  }

  func receive(_ event: RunEvent) {
    switch event {
    case .progress(let progress):
      console.progress(
        ProgressLine(
          title: "\(state.withLock { $0.trial }) \(progress.epochText)", step: progress.step,
          steps: progress.stepsPerEpoch, imagesPerSecond: progress.imagesPerSecond, loss: progress.loss,
          accuracy: progress.accuracy, secondsLeft: progress.secondsLeft))
    case .warning(let warning):
      let text = warning.description
      if state.withLock({ $0.warnings.insert(text).inserted }) { console.warning(text) }
    case .epochFinished(let report): console.detail(RunText.epoch(report))
    case .stalled(let stall): HangingRun.end(stall)
    default: break
    }
  }

  private func tell(_ event: SearchEvent) throws {
    switch event {
    case .started(let summary):
      TuneText.summary(summary).forEach(console.line)
      try console.event("search", summary)
    case .began(let start):
      state.withLock { $0.trial = "trial \(start.trial)\(start.of.map { "/\($0)" } ?? "")" }
      try console.event("began", start)
    case .finished(let trial, let ranking):
      console.clearProgress()
      console.line(TuneText.trial(trial, of: ranking.count))
      try console.event("trial", trial)
      let finished = state.withLock { state in
        state.finished += 1
        return state.finished
      }
      if finished.isMultiple(of: TuneText.tableEvery) {
        TuneText.table(ranking, limit: TuneText.shownRows).forEach(console.line)
      }
    case .ended(let result):
      console.clearProgress()
      TuneText.table(result.ranking, limit: nil).forEach(console.line)
      console.result(TuneText.result(result))
      try console.event("finished", result, isResult: true)
    }
  }
}
