import Datasets
import Foundation
import Synchronization
import Training

/// A search for the best options of a training run.
///
///     let search = try HyperparameterSearch(definition, output: "runs/search", observer: printer, runs: nobody)
///     let result = try search.run()
///
/// Its trials follow from the definition, the images and the scores so far, so that a search that was stopped at any
/// moment goes on, by the same definition in the same folder, to the ranking that it would have had; but for a budget
/// in time, which ends it where the clock says.
public final class HyperparameterSearch: Sendable {
  /// What is searched, with the choices filled in that depend on the images.
  public let definition: SearchDefinition
  /// The folder.
  public let folder: String
  /// The share of the training images that is put aside because nothing validates and nothing was said; nil else.
  public let setsAside: Double?
  private let files: SearchFolder
  private let space: SearchSpace
  private let options: TrialOptions
  private let strategy: any SearchStrategy
  private let trainer: any TrialTrainer
  private let observer: any SearchObserver
  private let isStopRequested = Atomic(false)

  /// Prepares a search over the images: its trials are training runs.
  ///
  /// Throws ``TuningError``, `TrainingError` and `DatasetError` for what a person can mend. Nothing is written yet.
  /// - Parameters:
  ///   - output: the folder; nil is `runs/DATA-tune`.
  ///   - observer: hears how the search goes.
  ///   - runs: hears how every training goes.
  public convenience init(
    _ definition: SearchDefinition, output: String?, observer: any SearchObserver, runs: any RunObserver
  ) throws {
    var fitted = definition
    try fitted.validate()
    try fitted.fit(
      to: DatasetSplits.discover(
        [definition.base.data ?? ""] + definition.base.dataReading.moreData,
        options: definition.base.dataReading.folderOptions))
    let files = try SearchFolder.choose(output, for: fitted)
    try self.init(
      fitted, files: files, trainer: RunTrainer(folder: files.path, observer: runs), observer: observer,
      setsAside: definition.base.validationSplit == nil ? fitted.base.validationSplit : nil)
  }

  /// A search whose trials somebody else trains.
  init(
    _ definition: SearchDefinition, files: SearchFolder, trainer: any TrialTrainer,
    observer: any SearchObserver, setsAside: Double? = nil
  ) throws {
    try definition.validate()
    self.definition = definition
    self.files = files
    folder = files.path
    space = try SearchSpace(definition.space, path: definition.spacePath)
    options = try TrialOptions(base: definition.base, space: space)
    try options.check()
    strategy = try definition.strategy(over: space)
    self.trainer = trainer
    self.observer = observer
    self.setsAside = setsAside
  }

  /// The definition of the search in a folder, to go on with.
  ///
  /// Throws ``TuningError/noSearch(folder:)`` and ``TuningError/damagedRecord(path:reason:)``.
  public static func definition(in folder: String) throws -> SearchDefinition {
    let files = SearchFolder(path: folder)
    guard files.holdsSearch else { throw TuningError.noSearch(folder: folder) }
    return try SearchRecord(readingFrom: files.record).definition
  }

  /// Asks the search to end after the step under way, ready to go on. From any thread, at any time.
  public func requestStop() {
    isStopRequested.store(true, ordering: .relaxed)
    trainer.requestStop()
  }

  /// Trains trials until the strategy has no more, the budget is used, or a stop was requested. Call it once.
  public func run() throws -> SearchResult {
    try files.make()
    let lock = try RunLock(folder: files.path)
    defer { withExtendedLifetime(lock) {} }
    var record = try takenUp()
    try files.write(record, ranking(record), best: try best(record))
    observer.receive(.started(summary(record)))
    while true {
      if isStopRequested.load(ordering: .relaxed) { return try end(record, .stopped) }
      guard let task = try nextTask(record) else { return try end(record, .completed) }
      let left = definition.budgetSeconds.map { $0 - record.seconds }
      if let left, left <= 0 { return try end(record, .outOfBudget) }
      try train(task, left, &record)
    }
  }
}

// MARK: - Steps

extension HyperparameterSearch {
  /// What is trained next, with where it belongs.
  private struct Task {
    var number: Int
    var point: SearchPoint
    var rung: Int
    var epochs: Int?
  }

  /// The record of a new search, or that of the folder.
  private func takenUp() throws -> SearchRecord {
    guard files.holdsSearch else { return SearchRecord(definition: definition) }
    var record = try SearchRecord(readingFrom: files.record)
    let differences = try definition.differences(from: record.definition)
    if !differences.isEmpty { throw TuningError.anotherSearch(folder: folder, differences: differences) }
    record.definition = definition
    return record
  }

  private func nextTask(_ record: SearchRecord) throws -> Task? {
    if definition.comparesDefaults, !record.entries.contains(where: { $0.trial == 0 && !$0.isStopped }) {
      return Task(number: 0, point: [], rung: 0, epochs: nil)
    }
    return strategy.next(after: record.history).map { move in
      Task(number: move.trial + 1, point: move.point, rung: move.rung, epochs: move.epochs)
    }
  }

  private func train(_ task: Task, _ secondsLeft: Double?, _ record: inout SearchRecord) throws {
    let start = ContinuousClock.now
    observer.receive(
      .began(TrialStart(trial: task.number, rung: task.rung, epochs: task.epochs, of: plannedTrials)))
    let outcome = try outcome(of: task, deadline: secondsLeft.map { start + .seconds($0) })
    var entry = SearchRecord.Entry(
      trial: task.number, point: task.point, rung: task.rung, isWhole: task.epochs == nil, score: nil,
      failure: nil,
      seconds: start.seconds)
    switch outcome {
    case .scored(let score): entry.score = score
    case .failed(let reason): entry.failure = reason
    case .stopped: break
    }
    record.entries.append(entry)
    let ranking = ranking(record)
    try files.write(record, ranking, best: try best(record))
    if let report = ranking.first(where: { $0.trial == task.number }), outcome != .stopped {
      observer.receive(.finished(report, ranking))
    }
  }

  private func outcome(of task: Task, deadline: ContinuousClock.Instant?) throws -> TrialOutcome {
    let configuration: RunConfiguration
    if task.number == 0 {
      configuration = definition.base
    } else {
      do { configuration = try options.configuration(of: task.point) } catch .space(_, _, let reason) {
        return .failed(reason)
      }
    }
    return try trainer.train(
      TrialTask(
        number: task.number, options: task.number == 0 ? [] : space.options(of: task.point),
        configuration: configuration, folds: definition.folds, epochs: task.epochs, deadline: deadline))
  }

  /// How many trials there are at most; nil without end.
  private var plannedTrials: Int? {
    let combinations = (strategy as? GridSearch)?.count
    return [definition.trials, combinations].compactMap(\.self).min()
  }

  private func ranking(_ record: SearchRecord) -> [TrialReport] { record.ranking(of: space, folder: folder) }

  private func summary(_ record: SearchRecord) -> SearchSummary {
    SearchSummary(
      folder: folder, strategy: definition.strategy, trials: plannedTrials, folds: definition.folds,
      budgetSeconds: definition.budgetSeconds, usedSeconds: record.seconds,
      trialsDone: record.history.trials.count, options: space.parameters.map(\.key))
  }

  /// Ends the search.
  private func end(_ record: SearchRecord, _ ending: SearchResult.Ending) throws -> SearchResult {
    let ranking = ranking(record)
    let best = ranking.first { $0.score != nil && $0.failure == nil }
    if best == nil, ending == .completed, let failed = ranking.first {
      throw TuningError.everyTrialFailed(count: ranking.count, reason: failed.failure ?? "no score")
    }
    if best == nil, ending == .outOfBudget {
      throw TuningError.budgetTooShort(seconds: definition.budgetSeconds ?? 0, folder: folder)
    }
    let result = SearchResult(
      ending: ending, folder: folder, ranking: ranking, best: best,
      bestConfiguration: best == nil ? nil : files.best, seconds: record.seconds)
    observer.receive(.ended(result))
    return result
  }

  /// The text of `best.yaml`; nil before a trial has a score.
  private func best(_ record: SearchRecord) throws -> String? {
    guard let best = ranking(record).first(where: { $0.score != nil && $0.failure == nil }),
      let score = best.score,
      let entry = record.entries.first(where: { $0.trial == best.trial })
    else { return nil }
    let configuration = best.trial == 0 ? definition.base : try options.configuration(of: entry.point)
    let searched = best.trial == 0 ? [] : space.options(of: entry.point).map(\.key) + space.fixed.map(\.key)
    let how = definition.folds.map { "the mean of \($0) folds" } ?? "one training"
    return try ConfigurationText.text(
      configuration, naming: Set(searched.compactMap { $0.split(separator: ".").first.map(String.init) }),
      comments: [
        "The best of \(Set(record.entries.map(\.trial)).count) trials of convoy tune: trial \(best.trial), whose "
          + "validation accuracy is \(score.accuracy) (\(how)).",
        "convoy train --config \(files.best)",
      ])
  }
}
