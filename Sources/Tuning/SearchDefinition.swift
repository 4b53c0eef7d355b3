import Datasets
import Foundation
import Training

/// What a search is: its trials follow from this and the images alone.
public struct SearchDefinition: Codable, Equatable, Sendable {
  /// The trials of a search for which neither trials nor a budget is stated; a grid tries all combinations.
  public static let usualTrials = 20
  /// The share of the training images of each class that validates where the data have no validation images.
  public static let usualValidationSplit = 0.2

  /// The options of all trials. Its seed is also that of the search's draws.
  public var base: RunConfiguration
  /// The text of the space's file.
  public var space: String
  /// The path of the space's file, for messages.
  public var spacePath: String
  /// How trials are chosen.
  public var strategy: StrategyName
  /// How many trials begin at most; nil is without end, or all of a grid.
  public var trials: Int?
  /// The seconds that the search may take, those before interruptions included; nil is without end. What a trial had
  /// done when the process was killed does not count.
  public var budgetSeconds: Double?
  /// The folds of the cross-validation of every trial; nil is one training for each trial.
  public var folds: Int?
  /// With halving and asha, of how many trials one goes on.
  public var eta = 3
  /// With halving and asha, the epochs after which trials are compared first, at least.
  public var leastEpochs = 1
  /// Whether the options without the space are trained too, as trial 0.
  public var comparesDefaults = false
  /// A digest of the training images, filled in when the search begins.
  var images: String?

  /// A search over a space.
  public init(base: RunConfiguration, space: String, spacePath: String, strategy: StrategyName) {
    self.base = base
    self.space = space
    self.spacePath = spacePath
    self.strategy = strategy
  }
}

extension SearchDefinition {
  /// Checks the values that need no data.
  ///
  /// Throws `TrainingError.invalidOption`.
  func validate() throws(TrainingError) {
    for (name, value, least) in [
      ("trials", trials, 1), ("folds", folds, 2), ("eta", eta, 2), ("min-epochs", leastEpochs, 1),
    ] as [(String, Int?, Int)] {
      if let value, value < least {
        throw .invalidOption(name: name, value: "\(value)", reason: "must be at least \(least)")
      }
    }
    if let budgetSeconds, !(budgetSeconds > 0 && budgetSeconds.isFinite) {
      throw .invalidOption(name: "budget", value: "\(budgetSeconds)", reason: "must be above 0")
    }
    if !strategy.halves, eta != 3 || leastEpochs != 1 {
      throw .invalidOption(
        name: eta != 3 ? "eta" : "min-epochs", value: "\(eta != 3 ? eta : leastEpochs)",
        reason: "needs strategy halving or asha")
    }
    if let fold = base.fold {
      throw .invalidOption(
        name: "fold", value: "\(fold)", reason: "a search takes all folds in turn; say --folds \(fold.count)")
    }
    if let share = base.validationSplit, folds != nil {
      throw .invalidOption(
        name: "validation-split", value: "\(share)", reason: "excludes folds; give one of them")
    }
    if strategy.halves, let time = base.budget.time {
      throw .invalidOption(
        name: "time", value: "\(time)",
        reason:
          "excludes \(strategy.rawValue), which stops trials by their epochs; --budget is for the whole search"
      )
    }
    if base.allowChange {
      throw .invalidOption(
        name: "allow-change", value: "true", reason: "is not for a search, whose trials go on as they began")
    }
    try base.validate()
  }

  /// What is not as in another definition, in words; nothing where the same search is meant. How far it goes (trials
  /// of strategies that draw one after another, budget) and how much of the machine it takes may differ.
  func differences(from saved: SearchDefinition) throws -> [String] {
    var differences: [String] = []
    func compare(_ name: String, _ before: String, _ now: String) {
      if before != now { differences.append("\(name) was \(before), is \(now)") }
    }
    compare("strategy", saved.strategy.rawValue, strategy.rawValue)
    compare("folds", saved.folds.map(String.init) ?? "none", folds.map(String.init) ?? "none")
    if strategy.halves {
      compare(
        "trials", saved.trials.map(String.init) ?? "without end", trials.map(String.init) ?? "without end")
      compare("eta", "\(saved.eta)", "\(eta)")
      compare("min-epochs", "\(saved.leastEpochs)", "\(leastEpochs)")
    }
    compare("compare-defaults", "\(saved.comparesDefaults)", "\(comparesDefaults)")
    let spaces = (try SearchSpace(saved.space, path: spacePath), try SearchSpace(space, path: spacePath))
    if spaces.0.canonicalText != spaces.1.canonicalText { differences.append("the space is another") }
    let (before, now) = (try Self.options(saved.base), try Self.options(base))
    for name in Set(before.keys).union(now.keys).sorted() where before[name] != now[name] {
      compare(name, before[name] ?? "unset", now[name] ?? "unset")
    }
    if differences.isEmpty, let images, let earlier = saved.images, images != earlier {
      differences.append("the images are not as they were")
    }
    return differences
  }

  /// What a result does not depend on.
  static let free: Set<RunConfiguration.CodingKeys> = [
    .workers, .threads, .loaderThreads, .stallSeconds, .checkpointEvery, .keepCheckpoints, .profileLayers,
  ]

  /// The options that the trials' results depend on, as texts.
  private static func options(_ base: RunConfiguration) throws -> [String: String] {
    let rows = try ConfigurationText.options(of: base).filter { row in
      !free.contains { $0.rawValue == row.key }
    }
    return Dictionary(rows.map { ($0.key, $0.value) }) { first, _ in first }
  }
}

extension SearchDefinition {
  /// Fills in what was left open and depends on the images, and checks that they can be validated on.
  ///
  /// Where there are no validation images and nothing is said, a share of the training images is put aside: a search
  /// that chose by the test images would make them useless for judging its result.
  /// Throws `DatasetError`.
  mutating func fit(to splits: DatasetSplits) throws {
    base.data = base.data.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    images = splits.train.manifest().fingerprint
    if trials == nil && strategy != .grid && (strategy == .halving || budgetSeconds == nil) {
      trials = Self.usualTrials
    }
    if let folds, let fold = Fold(index: 1, count: folds) {
      _ = try splits.settingAside(fold)
    } else if base.validationSplit == nil && splits.validation == nil {
      base.validationSplit = Self.usualValidationSplit
    }
    if let share = base.validationSplit { _ = try splits.settingAside(share: share) }
  }
}
