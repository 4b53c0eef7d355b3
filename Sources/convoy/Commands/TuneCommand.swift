import ArgumentParser
import Convoy
import Foundation

/// `convoy tune`.
struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Search for the best options of a training run.",
    usage: "convoy tune [<options>] <data> --space <file>",
    discussion: """
      Trains one trial after another with values from the space's file, and ranks them by their accuracy on \
      validation images, with 95% intervals. Where the data have no folder val and neither --validation-split nor \
      --folds is given, a fifth of the training images is put aside; test images are not looked at. Options of train \
      given here, or in --config, hold for every trial. The same command again, or --resume, goes on where a search \
      was stopped, to the same ranking. The folder gets trials.csv, trials.jsonl, search.jsonl, a run folder for each \
      trial, and best.yaml, which train --config takes.

      THE SPACE is YAML or JSON, with an option of train a line; dots reach into an option, as in schedule.gamma:
        lr: {log-uniform: [1e-3, 1]}
        label-smoothing: {uniform: [0, 0.2], step: 0.05}
        batch-size: {integer: [16, 128], log: true}
        optimizer: [sgd, lamb]
        momentum: {uniform: [0.8, 0.99], when: {optimizer: sgd}}
        epochs: 10
      A list is a choice ({choice: [...]} is the same), a plain value is fixed, points: 5 cuts a range into five \
      values, and when: says where an option is searched at all.

      THE STRATEGIES: grid tries all combinations of choices, whole numbers and ranges with points or a step: for few \
      options. random is the plain choice for many. tpe learns from 10 random trials where good values lie: for 20 \
      trials and more. halving trains --trials random trials a little, and of each --eta of them one for longer, up \
      to all epochs: for many trials in little time. asha is the same without waiting for all trials, so it also \
      fits a --budget.

      EXAMPLE:
        convoy tune data/clipart-sample --space space.yaml --trials 30
        convoy tune data/flowers --space space.yaml --strategy asha --budget 30m
        convoy tune --resume runs/flowers-tune --budget 1h
        convoy train --config runs/flowers-tune/best.yaml
      """)

  @Argument(
    help: "The folder of images, as for convoy train; not needed with --resume, or where --config names it.")
  var data: String?

  @Option(help: "The file of the search space, in YAML or JSON.")
  var space: String?

  @Option(
    help:
      "How trials are chosen: \(StrategyName.allCases.map(\.rawValue).joined(separator: ", ")) (default: tpe)."
  )
  var strategy: StrategyName?

  @Option(
    help: """
      How many trials begin at most, 1 or more (default: all of a grid; else without end with --budget, but for \
      halving, and \(SearchDefinition.usualTrials) without).
      """)
  var trials: Int?

  @Option(
    help: """
      How long the search may take, such as 90s, 30m or 2h, the time before interruptions included; a trial under way \
      then waits to be resumed with a larger one (default: no limit).
      """,
    transform: { text in
      guard let budget = TimeBudget(text) else {
        throw ValidationError("'\(text)' is no time; use \(TimeBudget.forms).")
      }
      return budget
    })
  var budget: TimeBudget?

  @Option(
    help: """
      Train every trial so many times, 2 or more, each time validating on another part of the training images \
      (stratified cross-validation), and rank by the mean: for small data (default: one training a trial).
      """)
  var folds: Int?

  @Option(help: "With halving and asha: of how many trials one goes on, 2 or more (default: 3).")
  var eta: Int?

  @Option(
    help:
      "With halving and asha: the epochs after which trials are compared first, at least, 1 or more (default: 1)."
  )
  var minEpochs: Int?

  @Flag(help: "Also train the options as they are without the space, as trial 0, to compare with.")
  var compareDefaults = false

  @Option(
    name: .shortAndLong,
    help: "The search's folder (default: runs/DATA-tune, with a number added where another search is in it).")
  var output: String?

  @Option(
    help: "The folder of a search to go on with, by its own options; --trials and --budget may be more.")
  var resume: String?

  @Option(help: "A YAML or JSON file with options of train for every trial; flags win.")
  var config: String?

  @OptionGroup(title: "Training")
  var training: TrainingOptions

  @OptionGroup(title: "Checkpoints")
  var checkpoints: CheckpointOptions

  @OptionGroup(title: "Machine")
  var machine: MachineOptions

  @OptionGroup(title: "Output")
  var speech: OutputOptions

  func validate() throws {
    if resume == nil {
      if space == nil { throw ValidationError("The file of a search space is needed: --space FILE.") }
      if data == nil && config == nil { throw ValidationError("A folder of images is needed.") }
    } else if let stated = optionsOfNewSearch.first(where: { $0.isStated }) {
      throw ValidationError("--resume takes the search as it began; leave out \(stated.name).")
    }
  }

  /// What only a new search takes, and whether it is stated.
  private var optionsOfNewSearch: [(name: String, isStated: Bool)] {
    [
      ("the folder of images", data != nil), ("--space", space != nil), ("--output", output != nil),
      ("--config", config != nil), ("--strategy", strategy != nil), ("--folds", folds != nil),
      ("--eta", eta != nil), ("--min-epochs", minEpochs != nil),
    ]
  }

  func run() throws {
    let console = Console(speech)
    let reporter = TuneReporter(console: console)
    let search = try HyperparameterSearch(
      definition(), output: resume ?? output, observer: reporter, runs: reporter)
    if let share = search.setsAside { console.note(TuneText.setsAside(share)) }
    let signals = StopSignals(
      for: console, saying: "stopping after this step; once more to quit at once, without a checkpoint"
    ) { search.requestStop() }
    defer { console.clearProgress() }
    let result = try search.run()
    try reporter.check()
    if result.ending == .stopped, let status = signals.status { throw SilentEnd(status: status) }
  }

  /// The search that is asked for.
  private func definition() throws -> SearchDefinition {
    var definition =
      if let resume { try HyperparameterSearch.definition(in: resume) } else { try newDefinition() }
    training.apply(to: &definition.base)
    checkpoints.apply(to: &definition.base)
    machine.apply(to: &definition.base)
    definition.trials = trials ?? definition.trials
    definition.budgetSeconds = budget.map { Double($0.seconds) } ?? definition.budgetSeconds
    definition.comparesDefaults = compareDefaults || definition.comparesDefaults
    return definition
  }

  private func newDefinition() throws -> SearchDefinition {
    let path = space ?? ""
    guard FileManager.default.fileExists(atPath: path) else {
      throw TrainingError.missing(path: path, what: "file of a search space")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw TuningError.space(path: path, line: nil, reason: "it cannot be read as text")
    }
    var base = try config.map { try ConfigurationFile.read(path: $0) } ?? RunConfiguration()
    base.data = data ?? base.data
    for (name, value) in [("output", base.output), ("resume", base.resume)] {
      guard let value else { continue }
      throw TrainingError.invalidOption(
        name: name, value: value, reason: "is not for tune's --config; say --output or --resume to tune")
    }
    var definition = SearchDefinition(base: base, space: text, spacePath: path, strategy: strategy ?? .tpe)
    definition.folds = folds
    definition.eta = eta ?? definition.eta
    definition.leastEpochs = minEpochs ?? definition.leastEpochs
    return definition
  }
}

extension StrategyName: ExpressibleByArgument {}
