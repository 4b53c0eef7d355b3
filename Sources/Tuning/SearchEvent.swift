/// What a search tells while it goes on.
public enum SearchEvent: Sendable {
  /// Once, before the first trial.
  case started(SearchSummary)
  /// A trial begins, or goes on.
  case began(TrialStart)
  /// A trial has a score or has failed: its report, and all trials, the best first.
  case finished(TrialReport, [TrialReport])
  /// Once, at the end.
  case ended(SearchResult)
}

/// Who listens to a search. Called on the search's own thread, so quick work only.
public protocol SearchObserver: Sendable {
  /// Takes the next event.
  func receive(_ event: SearchEvent)
}

/// What a search is about to do.
public struct SearchSummary: Encodable, Sendable {
  /// Its folder.
  public var folder: String
  /// How trials are chosen.
  public var strategy: StrategyName
  /// How many trials there are at most; nil is without end, or all of a grid.
  public var trials: Int?
  /// Folds of each trial; nil is one training.
  public var folds: Int?
  /// Seconds that it may take; nil is without end.
  public var budgetSeconds: Double?
  /// Seconds that it took before it was taken up again.
  public var usedSeconds: Double
  /// Trials that have a score or have failed.
  public var trialsDone: Int
  /// The options that are searched.
  public var options: [String]
}

/// A trial that begins or goes on.
public struct TrialStart: Encodable, Sendable {
  /// Its number, from 1; 0 is that of the options without the space.
  public var trial: Int
  /// The rung that it is trained to, from 0.
  public var rung: Int
  /// The epochs that it is trained to; nil is all.
  public var epochs: Int?
  /// How many trials there are; nil where that is not known.
  public var of: Int?
}

/// How a search ended.
public struct SearchResult: Encodable, Sendable {
  /// Why it ended.
  public enum Ending: String, Codable, Sendable {
    /// The strategy has no more trials.
    case completed
    /// The time is used up. It goes on with a larger budget.
    case outOfBudget
    /// It was stopped on request. It goes on with the same definition.
    case stopped
  }

  /// Why it ended.
  public var ending: Ending
  /// Its folder.
  public var folder: String
  /// All trials, the best first.
  public var ranking: [TrialReport]
  /// The best trial; nil where none has a score.
  public var best: TrialReport?
  /// The file with its configuration, for `train --config`.
  public var bestConfiguration: String?
  /// Wall seconds of the whole search, those before interruptions included.
  public var seconds: Double
}
