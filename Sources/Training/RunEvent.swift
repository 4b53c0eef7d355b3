import Networks
import Parallel

/// What a training run tells while it goes on, in this order: one summary, then for each epoch its steps and its
/// report, then how it ended. Warnings come at any time.
public enum RunEvent: Sendable {
  /// Once, before the first step.
  case started(RunSummary)
  /// After every step.
  case progress(StepProgress)
  /// At the start of an epoch from which on more of the network trains.
  case unfrozen(UnfreezingNotice)
  /// After every epoch, with its evaluation.
  case epochFinished(EpochReport)
  /// Once, where a profile was asked for: at the end of the first epoch or before, and it is in the run folder.
  case profiled(LayerProfile)
  /// Something that a person should know, and that does not stop the run.
  case warning(RunWarning)
  /// A checkpoint was written.
  case checkpointSaved(CheckpointNotice)
  /// Once, at the end: completed, or stopped on request.
  case finished(RunResult)
  /// At most once, and from another thread than the run's: the run hangs, and `run()` may never return. A hanging
  /// thread cannot be ended, so whoever is told should say so and end the process.
  case stalled(Stall)
}

/// Who listens to a run. Called on the run's own thread, between steps, so quick work only; but for
/// ``RunEvent/stalled(_:)``.
public protocol RunObserver: Sendable {
  /// Takes the next event.
  func receive(_ event: RunEvent)
}

/// A place in a run.
public struct RunPosition: Codable, Equatable, Sendable {
  /// Epochs finished before it, so also the index of the current epoch, counted from 0.
  public var epoch: Int
  /// Steps done in the current epoch.
  public var step: Int

  /// A position of its epoch and step.
  public init(epoch: Int, step: Int) {
    self.epoch = epoch
    self.step = step
  }
}

/// How far a run is, after a step.
public struct StepProgress: Codable, Sendable {
  /// The epoch, counted from 1.
  public var epoch: Int
  /// Epochs of the whole run; nil where only its time is limited.
  public var epochs: Int?
  /// Steps done in this epoch.
  public var step: Int
  /// Steps of one epoch.
  public var stepsPerEpoch: Int
  /// Images trained a second in this epoch so far.
  public var imagesPerSecond: Double
  /// The share of the time in which the replicas waited for images in this epoch so far, 0...1.
  public var waitShare: Double
  /// The mean loss of this epoch so far.
  public var loss: Double
  /// The share of images classified right in this epoch so far, 0...1.
  public var accuracy: Double
  /// The learning rate of this step.
  public var learningRate: Double
  /// The norm of this step's gradient, before it was clipped.
  public var gradientNorm: Double
  /// Seconds until the run ends at the latest, evaluation included, by the speed so far.
  public var secondsLeft: Double
  /// Epochs since one was better, by early stopping; nil without it.
  public var epochsWithoutGain: Int?
}

/// Layers that were frozen and train from now on.
public struct UnfreezingNotice: Codable, Sendable {
  /// The epoch that begins, counted from 1.
  public var epoch: Int
  /// What is still frozen; nil where everything trains.
  public var freezing: RunSummary.Freezing?
}

/// A checkpoint that was written.
public struct CheckpointNotice: Codable, Sendable {
  /// Its file.
  public var path: String
  /// Where a run resumed from it goes on.
  public var position: RunPosition
  /// Whether it is also the best so far.
  public var isBest: Bool
}
