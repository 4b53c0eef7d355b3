/// Why a profile cannot be made.
public enum TrialError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The training images give no batch.
  case noBatch
  /// Something answered what it was not asked.
  case unexpectedAnswer(String)
  /// The process that measures a number of workers cannot be started.
  case notStarted(workers: Int, reason: String)
  /// The process that measures a number of workers ended before it answered. It has said why on standard error
  /// unless a signal ended it.
  case ended(workers: Int, status: Int32, signal: Int32?)

  /// The error in one line.
  public var description: String {
    switch self {
    case .noBatch: "the training images give no batch"
    case .unexpectedAnswer(let text): "the process that measures answered: \(text)"
    case .notStarted(let workers, let reason):
      "the process that measures \(workers) workers cannot be started: \(reason)"
    case .ended(let workers, let status, let signal):
      signal.map {
        "the process that measured \(workers) workers was ended by signal \($0)"
          + ($0 == 9 ? " (out of memory?); profile fewer workers or a smaller batch" : "")
      } ?? "the process that measured \(workers) workers ended with status \(status)"
    }
  }
}
