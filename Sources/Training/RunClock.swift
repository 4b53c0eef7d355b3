/// The time that a run has used, over all its processes: part of a checkpoint.
struct RunClock: Codable, Equatable, Sendable {
  /// What a run spends its time on.
  enum Work: Sendable {
    /// Steps, and whatever came before them.
    case steps
    /// The end of an epoch: evaluation, and saving models.
    case epochEnd
    /// Saving a checkpoint.
    case checkpoint
  }

  /// Seconds of the run so far.
  private(set) var seconds = 0.0
  /// Seconds at the start of the epoch under way.
  private(set) var atEpochStart = 0.0
  /// What the end of the last epoch took, in seconds.
  private var epochEnd = 0.0
  /// What the last checkpoint took, in seconds.
  private var checkpoint = 0.0

  /// The seconds to leave for the end of the next epoch.
  var reserve: Double { epochEnd + checkpoint }

  /// Adds time.
  mutating func add(_ time: Double, _ work: Work) {
    seconds += time
    switch work {
    case .steps: break
    case .epochEnd:
      epochEnd = time
      atEpochStart = seconds
    case .checkpoint:
      checkpoint = time
      if isBetweenEpochs { atEpochStart = seconds }
    }
    isBetweenEpochs = work == .epochEnd || work == .checkpoint && isBetweenEpochs
  }

  private var isBetweenEpochs = true
}
