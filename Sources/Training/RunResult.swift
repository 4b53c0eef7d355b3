import Loading

/// How a run ended.
public struct RunResult: Codable, Equatable, Sendable {
  /// Whether the run is done.
  public enum Outcome: String, Codable, Sendable {
    /// Done, for the reason in ``RunResult/end``.
    case completed
    /// Stopped on request, with a checkpoint saved.
    case stopped
  }

  /// Whether it is done.
  public var outcome: Outcome
  /// What ended it.
  public var end: RunEnd
  /// Where it ended.
  public var position: RunPosition
  /// The run folder. A stopped run goes on with `convoy train --resume` and this folder.
  public var output: String
  /// The best weights by what early stopping watches, else by validation top-1 (training loss without validation); nil
  /// before the first epoch's end.
  public var bestModel: String?
  /// The weights at the end; nil for a stopped run, whose weights are in its checkpoint.
  public var lastModel: String?
  /// SHA-256 of the weights and running statistics at the end, in lower-case hexadecimal.
  public var weightsSHA256: String
  /// The best epoch; nil before the first epoch's end.
  public var best: EpochReport?
  /// The last epoch; nil before the first epoch's end.
  public var last: EpochReport?
  /// The epoch, counted from 1, whose weights were taken back at the end: the best one of a run with early stopping;
  /// nil where the weights are those of the last step.
  public var restoredEpoch: Int?
  /// Wall seconds of this process's part of the run, from the first step to the end.
  public var seconds: Double
  /// Training images a second over the training time, without evaluation.
  public var imagesPerSecond: Double
  /// The share of the training time that the replicas waited for the loader, 0...1.
  public var waitShare: Double
  /// What the threads were used for.
  public var threads: ThreadUse
  /// Training and validation images left out as unreadable.
  public var badImages: Int
  /// How much the caches of training and validation images hold; nil without one.
  public var caches: [CacheUse]?
  /// Averages of the weights, and snapshots; nil where the run has none, or was stopped.
  public var averages: AveragedModels?
}

/// What the threads of a run were used for.
public struct ThreadUse: Codable, Equatable, Sendable {
  /// Worker threads.
  public var workers: Int
  /// Processor time of the workers, evaluation included, in seconds.
  public var workerSeconds: Double
  /// Loader threads, of which no more work at the same time than are needed to keep up.
  public var loaders: Int
  /// How many of them worked on average over the training time.
  public var averageLoaders: Double
  /// Processor time of the loader threads, evaluation included, in seconds.
  public var loaderSeconds: Double
}
