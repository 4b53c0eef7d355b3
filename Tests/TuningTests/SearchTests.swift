import Datasets
import Foundation
import Synchronization
import TestSupport
import Testing
import Training

@testable import Tuning

@Suite struct SearchTests {
  /// Trains nothing: scores follow from the options. Stops, fails or ends the search where it should.
  private final class Trainer: TrialTrainer {
    private struct State {
      var tasks: [TrialTask] = []
      /// Stops the search in place of its task of this number, from 0.
      var stopAt: Int?
    }

    private let state: Mutex<State>
    let search = Mutex<HyperparameterSearch?>(nil)
    let seconds: Double

    init(stopAt: Int? = nil, seconds: Double = 0) {
      state = Mutex(State(stopAt: stopAt))
      self.seconds = seconds
    }

    var tasks: [TrialTask] { state.withLock { $0.tasks } }

    func requestStop() {}

    func train(_ task: TrialTask) throws -> TrialOutcome {
      let (isStop, count) = state.withLock { state in
        state.tasks.append(task)
        return (state.stopAt == state.tasks.count - 1, state.tasks.count)
      }
      if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
      if let deadline = task.deadline, ContinuousClock.now >= deadline { return .stopped }
      if isStop {
        search.withLock { $0?.requestStop() }
        return .stopped
      }
      _ = count
      let rate = task.configuration.learningRate ?? 0.1
      // The largest rates diverge.
      if rate > 0.5 { return .failed("the loss is not finite") }
      let epochs = task.epochs ?? task.configuration.epochs
      let accuracy = 0.9 - 0.1 * abs(log10(rate) + 2) - 0.2 / Double(epochs)
      return .scored(Synthetic.score(accuracy, epochs: epochs))
    }
  }

  private final class Listener: SearchObserver {
    let events = Mutex<[SearchEvent]>([])
    func receive(_ event: SearchEvent) { events.withLock { $0.append(event) } }
  }

  private static let space = "lr: {log-uniform: [1e-4, 1]}\nbatch-size: [16, 32]\n"

  private func definition(
    _ strategy: StrategyName, trials: Int? = 9, space: String = space
  ) -> SearchDefinition {
    var base = RunConfiguration(data: "/data")
    base.epochs = 9
    var definition = SearchDefinition(base: base, space: space, spacePath: "s.yaml", strategy: strategy)
    definition.trials = trials
    return definition
  }

  private func run(_ definition: SearchDefinition, in folder: String, _ trainer: Trainer) throws
    -> SearchResult
  {
    let search = try HyperparameterSearch(
      definition, files: SearchFolder(path: folder), trainer: trainer, observer: Listener())
    trainer.search.withLock { $0 = search }
    defer { trainer.search.withLock { $0 = nil } }
    return try search.run()
  }

  /// A ranking without its times and places.
  private func essence(_ result: SearchResult) -> [String] {
    result.ranking.map { trial in
      "\(trial.rank) \(trial.trial) \(trial.status) \(trial.score.map { "\($0)" } ?? "-") \(trial.values)"
    }
  }

  @Test(arguments: StrategyName.allCases)
  func anInterruptedSearchEndsWithTheSameRanking(strategy: StrategyName) throws {
    let text =
      strategy == .grid ? "lr: {log-uniform: [1e-4, 1], points: 4}\nbatch-size: [16, 32]" : Self.space
    let definition = definition(strategy, trials: strategy == .grid ? nil : 9, space: text)
    let folder = try TemporaryFolder()
    let whole = Trainer()
    let expected = try run(definition, in: folder.path(of: "whole"), whole)
    #expect(expected.ending == .completed && expected.ranking.count >= 8)
    for stop in stride(from: 0, to: whole.tasks.count, by: 3) {
      let path = folder.path(of: "stopped-\(stop)")
      let stopped = try run(definition, in: path, Trainer(stopAt: stop))
      #expect(stopped.ending == .stopped)
      #expect(stopped.ranking.count <= expected.ranking.count)
      let rest = Trainer()
      let result = try run(definition, in: path, rest)
      #expect(essence(result) == essence(expected), "stopped at \(stop)")
      #expect(rest.tasks.count == whole.tasks.count - stop)
      let again = Trainer()
      #expect(try essence(run(definition, in: path, again)) == essence(expected) && again.tasks.isEmpty)
    }
  }

  @Test func failedTrialsRankLastAndTheBestConfigurationIsWritten() throws {
    let folder = try TemporaryFolder()
    let path = folder.path(of: "search")
    var definition = definition(.random, trials: 12)
    definition.comparesDefaults = true
    let result = try run(definition, in: path, Trainer())
    let statuses = result.ranking.map(\.status)
    let failures = statuses.filter { $0 == .failed }.count
    #expect(failures >= 1 && statuses.suffix(failures).allSatisfy { $0 == .failed })
    #expect(result.ranking.count == 13 && result.ranking.contains { $0.trial == 0 })
    let accuracies = result.ranking.compactMap { $0.score?.accuracy }
    #expect(accuracies == accuracies.sorted(by: >))

    let best = try #require(result.best)
    let text = try String(contentsOfFile: path + "/best.yaml", encoding: .utf8)
    let rate = try #require(best.values.first?.value)
    #expect(
      text.contains("\nlr: \(rate)\n") && text.contains("\ndata: /data\n") && text.contains("\nepochs: 9\n"))
    let rows = try String(contentsOfFile: path + "/trials.csv", encoding: .utf8).split(separator: "\n")
    #expect(rows.count == 14)
    #expect(rows[0] == "rank,trial,status,accuracy,low,high,loss,epochs,seconds,lr,batch-size,failure")
    #expect(rows[1].hasPrefix("1,\(best.trial),complete,"))
    let lines = try String(contentsOfFile: path + "/trials.jsonl", encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 13 && lines[0].contains("\"rank\":1"))
  }

  @Test func halvedTrialsRankBehindThoseThatWentOn() throws {
    let folder = try TemporaryFolder()
    let trainer = Trainer()
    let result = try run(definition(.halving), in: folder.path(of: "search"), trainer)
    #expect(result.ranking.map(\.status).prefix(3) == [.complete, .halted, .halted])
    #expect(result.ranking[0].score?.epochs == 9 && result.ranking[1].score?.epochs == 3)
    #expect(trainer.tasks.prefix(9).allSatisfy { $0.epochs == 1 && $0.configuration.epochs == 9 })
  }

  @Test func aBudgetCountsOverInterruptions() throws {
    let folder = try TemporaryFolder()
    let path = folder.path(of: "search")
    var definition = definition(.random, trials: nil)
    definition.budgetSeconds = 0.4
    let first = Trainer(stopAt: 2, seconds: 0.1)
    #expect(try run(definition, in: path, first).ending == .stopped)
    let second = Trainer(seconds: 0.1)
    let result = try run(definition, in: path, second)
    #expect(result.ending == .outOfBudget && second.tasks.count <= 2)
    #expect(result.seconds >= 0.4)
    definition.budgetSeconds = 0.8
    let third = Trainer(seconds: 0.1)
    #expect(try run(definition, in: path, third).ranking.count > result.ranking.count)
    definition.budgetSeconds = 0.01
    #expect(throws: TuningError.budgetTooShort(seconds: 0.01, folder: folder.path(of: "short"))) {
      try run(definition, in: folder.path(of: "short"), Trainer(seconds: 0.05))
    }
  }

  @Test func aFolderHoldsOneSearch() throws {
    let folder = try TemporaryFolder()
    let path = folder.path(of: "search")
    _ = try run(definition(.random), in: path, Trainer(stopAt: 1))
    var other = definition(.tpe)
    other.base.seed = 4
    other.base.workers = 2
    #expect(
      throws: TuningError.anotherSearch(
        folder: path, differences: ["strategy was random, is tpe", "seed was 0, is 4"])
    ) { try run(other, in: path, Trainer()) }
    // More trials of a strategy that draws one after another are the same search.
    #expect(try run(definition(.random, trials: 11), in: path, Trainer()).ranking.count == 11)
  }

  @Test func damagedRecordsAndSearchesWithoutAScoreAreErrors() throws {
    let folder = try TemporaryFolder()
    let path = folder.path(of: "search")
    _ = try run(definition(.random, trials: 3), in: path, Trainer())
    let record = path + "/search.jsonl"
    let text = try String(contentsOfFile: record, encoding: .utf8)
    for damaged in [
      "", "{}\n", String(text.dropLast(30)), text + "{\"trial\":9}\n",
      text.replacingOccurrences(of: "\"trial\":2", with: "\"trial\":7"),
    ] {
      try damaged.write(toFile: record, atomically: true, encoding: .utf8)
      let error = #expect(throws: TuningError.self) {
        try run(definition(.random, trials: 3), in: path, Trainer())
      }
      guard case .damagedRecord? = error else {
        Issue.record("another error: \(String(describing: error))")
        return
      }
    }
    #expect(throws: TuningError.everyTrialFailed(count: 2, reason: "the loss is not finite")) {
      try run(definition(.grid, trials: nil, space: "lr: [0.6, 0.9]"), in: folder.path(of: "bad"), Trainer())
    }
    #expect(throws: TuningError.noSearch(folder: folder.path)) {
      try HyperparameterSearch.definition(in: folder.path)
    }
  }

  @Test func refusesOptionsThatExcludeEachOther() throws {
    let cases: [(String, (inout SearchDefinition) -> Void)] = [
      ("trials 0", { $0.trials = 0 }), ("folds 1", { $0.folds = 1 }), ("eta 1", { $0.eta = 1 }),
      ("eta 4: needs strategy", { $0.eta = 4 }), ("min-epochs 2: needs strategy", { $0.leastEpochs = 2 }),
      ("budget 0.0", { $0.budgetSeconds = 0 }), ("allow-change true", { $0.base.allowChange = true }),
      ("time 1m: excludes asha", { ($0.strategy, $0.base.budget.time) = (.asha, TimeBudget("1m")) }),
      ("fold 1/3: a search takes", { $0.base.fold = Fold("1/3") }),
      ("validation-split 0.1: excludes folds", { ($0.base.validationSplit, $0.folds) = (0.1, 3) }),
    ]
    for (part, change) in cases {
      var definition = definition(.random)
      change(&definition)
      let error = #expect(throws: TrainingError.self) { try definition.validate() }
      #expect("\(try #require(error))".hasPrefix(part), "\(error?.description ?? "")")
    }
  }

  @Test func epochsAreTheResourceOfHalving() throws {
    let folder = try TemporaryFolder()
    let definition = definition(.asha, space: "lr: [0.1, 0.2]\nepochs: [3, 9]")
    let error = #expect(throws: TuningError.self) {
      try run(definition, in: folder.path(of: "search"), Trainer())
    }
    #expect("\(try #require(error))".hasPrefix("s.yaml:2: epochs cannot be searched with asha"))
  }
}
