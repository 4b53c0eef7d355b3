import Training

/// What a search asks of whoever trains its trials.
public struct TrialTask: Sendable {
  /// The trial's number, from 1; 0 is that of the options without the space.
  public var number: Int
  /// The values of what is searched.
  public var options: [OptionValue.Entry]
  /// The whole run.
  public var configuration: RunConfiguration
  /// The folds that it is trained for; nil is one training.
  public var folds: Int?
  /// The epochs to train to; nil is all of them.
  public var epochs: Int?
  /// When to stop at the latest; nil is never.
  public var deadline: ContinuousClock.Instant?
}

/// How a trial's training ended.
public enum TrialOutcome: Equatable, Sendable {
  /// It was trained as far as it should.
  case scored(TrialScore)
  /// It cannot be trained: why.
  case failed(String)
  /// It was stopped before, and can go on.
  case stopped
}

/// Who trains the trials of a search. A test has its own, which computes scores from the options.
public protocol TrialTrainer: Sendable {
  /// Trains a trial, going on from where it is. Throws what ends the whole search.
  func train(_ task: TrialTask) throws -> TrialOutcome
  /// Asks the training under way to stop soon. From any thread.
  func requestStop()
}
