import Convoy

/// What a search says, as lines of text.
enum TuneText {
  /// Rows of the table while the search goes on, and how often it appears.
  static let shownRows = 5
  static let tableEvery = 5

  /// The facts at the start, a line each.
  static func summary(_ summary: SearchSummary) -> [String] {
    var rows = [
      ["search", summary.strategy.rawValue + " over " + summary.options.joined(separator: ", ")],
      ["trials", trials(summary)],
      ["output", summary.folder],
    ]
    if summary.trialsDone > 0 || summary.usedSeconds > 0 {
      rows.append([
        "resumed",
        "after \(Quantity.count(summary.trialsDone, "trial")) and "
          + Quantity.duration(seconds: summary.usedSeconds),
      ])
    }
    return TextTable(header: [], rows: rows, leftColumns: 2).lines
  }

  private static func trials(_ summary: SearchSummary) -> String {
    let count = summary.trials.map { Quantity.count($0, "trial") + " at most" } ?? "without end"
    let folds = summary.folds.map { ", \($0) folds each" } ?? ""
    let budget = summary.budgetSeconds.map { ", \(Quantity.duration(seconds: $0)) at most" } ?? ""
    return count + folds + budget
  }

  /// What is done where nothing validates.
  static func setsAside(_ share: Double) -> String {
    "no validation split: \(Quantity.percent(share, decimals: 0)) of the training images of each class are put aside "
      + "to rank trials by (--validation-split, --folds)"
  }

  /// A trial that has a score, or failed.
  static func trial(_ trial: TrialReport, of count: Int) -> String {
    let values = options(trial)
    guard let score = trial.score, trial.failure == nil else {
      return "trial \(trial.trial)  failed: \(trial.failure ?? "")  \(values)"
    }
    return "trial \(trial.trial)  rank \(trial.rank) of \(count)  accuracy \(accuracy(score))  "
      + "loss \(Quantity.loss(score.loss))  \(Quantity.count(score.epochs, "epoch"))  "
      + "\(Quantity.duration(seconds: trial.seconds))  \(values)"
  }

  /// `lr 0.1  optimizer sgd`.
  private static func options(_ trial: TrialReport) -> String {
    if trial.trial == 0 { return "without the space" }
    return trial.values.compactMap { value in value.value.map { "\(value.option) \($0)" } }
      .joined(separator: "  ")
  }

  private static func accuracy(_ score: TrialScore) -> String {
    "\(Quantity.percent(score.accuracy)) (\(Quantity.percent(score.interval.low)) to "
      + "\(Quantity.percent(score.interval.high)))"
  }

  /// The trials, the best first.
  /// - Parameter limit: how many are shown; nil is all.
  static func table(_ ranking: [TrialReport], limit: Int?) -> [String] {
    let names = ranking.first?.values.map(\.option) ?? []
    let shown = limit.map { Array(ranking.prefix($0)) } ?? ranking
    let table = TextTable(
      header: ["rank", "trial", "accuracy", "95% interval", "loss", "epochs", "time"] + names + ["status"],
      rows: shown.map(row), leftColumns: 0, endsInText: true
    ).lines
    let rest = ranking.count - shown.count
    return rest > 0 ? table + ["and \(Quantity.count(rest, "other"))"] : table
  }

  private static func row(_ trial: TrialReport) -> [String] {
    var cells = ["\(trial.rank)", "\(trial.trial)"]
    if let score = trial.score {
      let interval = score.interval
      cells += [
        Quantity.percent(score.accuracy),
        "\(Quantity.percent(interval.low)) to \(Quantity.percent(interval.high))",
        Quantity.loss(score.loss), "\(score.epochs)",
      ]
    } else {
      cells += ["-", "-", "-", "-"]
    }
    cells.append(Quantity.duration(seconds: trial.seconds))
    for value in trial.values { cells.append(value.value?.description ?? "-") }
    return cells + [status(trial)]
  }

  private static func status(_ trial: TrialReport) -> String {
    trial.failure.map { "failed: \($0)" } ?? (trial.trial == 0 ? "without the space" : trial.status.rawValue)
  }

  /// The one line that `--quiet` keeps.
  static func result(_ result: SearchResult) -> String {
    let time = Quantity.duration(seconds: result.seconds)
    let trials = Quantity.count(result.ranking.count, "trial")
    let found = result.best.flatMap { best in
      best.score.map { score in
        "best validation accuracy \(Quantity.percent(score.accuracy, decimals: 2)) in trial \(best.trial)"
      }
    }
    let train = result.bestConfiguration.map { "; train with: convoy train --config \($0)" } ?? ""
    switch result.ending {
    case .completed: return "done: \(trials) in \(time), \(found ?? "no score")\(train)"
    case .outOfBudget: return "out of time: \(trials) in \(time), \(found ?? "no score")\(train)"
    case .stopped:
      return
        "stopped after \(time)\(found.map { ", \($0)" } ?? ""); go on with: convoy tune --resume \(result.folder)"
    }
  }
}
