import Datasets
import Foundation
import Interchange
import Loading
import Synchronization
import Training

/// Trains trials with `TrainingRun`: each in a run folder of its own, with folds in one for each fold, in this process,
/// one after another.
public final class RunTrainer: TrialTrainer {
  private struct State {
    var run: TrainingRun?
    var isStopRequested = false
  }

  private let folder: String
  private let observer: any RunObserver
  private let state = Mutex(State())

  /// - Parameters:
  ///   - folder: the search's.
  ///   - observer: hears how every training goes.
  public init(folder: String, observer: any RunObserver) {
    self.folder = folder
    self.observer = observer
  }

  /// The run folder of a trial.
  public static func folder(of trial: Int, in folder: String) -> String {
    folder + "/trials/" + String(repeating: "0", count: max(0, 4 - "\(trial)".count)) + "\(trial)"
  }

  /// Asks the run under way, and those to come, to stop after a step.
  public func requestStop() {
    state.withLock { state in
      state.isStopRequested = true
      state.run?.requestStop()
    }
  }

  /// Trains a trial, fold by fold where there are folds.
  public func train(_ task: TrialTask) throws -> TrialOutcome {
    let path = Self.folder(of: task.number, in: folder)
    guard let folds = task.folds else { return try train(task, task.configuration, path) }
    var scores: [TrialScore] = []
    for index in 1...folds {
      var configuration = task.configuration
      configuration.fold = Fold(index: index, count: folds)
      let outcome = try train(task, configuration, path + "/fold-\(index)")
      guard case .scored(let score) = outcome else { return outcome }
      scores.append(score)
    }
    return .scored(TrialScore(folds: scores))
  }

  private func train(
    _ task: TrialTask, _ configuration: RunConfiguration, _ folder: String
  ) throws -> TrialOutcome {
    var configuration = configuration
    let target = task.epochs ?? configuration.epochs
    let goesOn = TrainingRun.canResume(folder)
    if goesOn { configuration.resume = folder } else { configuration.output = folder }
    let relay = TrialObserver(target: target, deadline: task.deadline, observer: observer)
    let result: RunResult
    do {
      let run = try TrainingRun(configuration: configuration, stated: goesOn ? [] : nil, observer: relay)
      relay.follow(run)
      state.withLock { state in
        state.run = run
        if state.isStopRequested { run.requestStop() }
      }
      defer {
        state.withLock { $0.run = nil }
        relay.follow(nil)
      }
      result = try run.run()
    } catch  where Self.isOfTrial(error) {
      return .failed("\(error)".split(whereSeparator: \.isNewline).joined(separator: " "))
    }
    if result.outcome == .stopped && result.position.epoch < target { return .stopped }
    guard let validation = result.best?.validation else {
      return .failed("there was no image to validate on")
    }
    return .scored(TrialScore(validation, epochs: result.position.epoch))
  }

  /// Whether a failure is a trial's own, so that others may do better: not of the images or of the disk.
  private static func isOfTrial(_ error: any Error) -> Bool {
    switch error {
    case is DatasetError, is LoadingError, is InterchangeError: false
    case let error as TrainingError:
      switch error {
      case .missing, .noImages, .noCheckpoint, .damagedCheckpoint, .noUsableCheckpoint, .cannotGoOn,
        .cannotCreate, .writeFailed:
        false
      default: true
      }
    default: true
    }
  }
}

/// Passes a run's events on, and ends the run at its epoch or at the search's end.
private final class TrialObserver: RunObserver {
  private let target: Int
  private let deadline: ContinuousClock.Instant?
  private let observer: any RunObserver
  private let run = Mutex<TrainingRun?>(nil)

  init(target: Int, deadline: ContinuousClock.Instant?, observer: any RunObserver) {
    self.target = target
    self.deadline = deadline
    self.observer = observer
  }

  /// Says which run it is that it hears of; nil ends that, since the run holds its observer.
  func follow(_ run: TrainingRun?) { self.run.withLock { $0 = run } }

  func receive(_ event: RunEvent) {
    switch event {
    case .started(let summary):
      // Killed after this epoch and before the search had its score.
      if let position = summary.resumedAt, position.epoch >= target { stop() }
    case .epochFinished(let report) where report.epoch >= target: stop()
    case .progress, .epochFinished:
      if let deadline, ContinuousClock.now >= deadline { stop() }
    default: break
    }
    observer.receive(event)
  }

  private func stop() { run.withLock { $0?.requestStop() } }
}
