/// Something to tell a person that does not stop the run.
public enum RunWarning: Codable, Equatable, Sendable {
  /// An image that could not be read and is left out.
  case badImage(path: String, reason: String)
  /// There is neither a validation nor a test split, so the best epoch is judged by its training loss.
  case noValidation
  /// There was nothing to validate on, and an option needs it: a share of the training images validates.
  case validationTaken(share: Double, for: String)
  /// There are more workers than shards; `isResumed` says that the shards cannot be changed any more.
  case idleWorkers(workers: Int, shards: Int, isResumed: Bool)
  /// A checkpoint that cannot be used, so that the run goes on from an older one.
  case damagedCheckpoint(DamagedFile, instead: String)
  /// What is not as it was when the run was saved, where a person allowed that; an epoch that has to begin anew,
  /// counted from 1.
  case changed([String], epochBegunAnew: Int?)
  /// Anything else that a room below reports, in one line.
  case other(String)
}

extension RunWarning: CustomStringConvertible {
  /// One line of plain English.
  public var description: String {
    switch self {
    case .badImage(let path, let reason): "\(path): left out: \(reason)"
    case .noValidation:
      "no validation or test split: the best epoch is the one with the lowest training loss"
    case .validationTaken(let share, let option):
      "no validation or test split, and \(option) needs one: \(share) of the training images are put aside for it, "
        + "as by --validation-split \(share)"
    case .idleWorkers(let workers, let shards, let isResumed):
      "workers \(workers): only \(shards) compute, one for each shard of a batch; set workers to \(shards)"
        + (isResumed ? "" : ", or shards to \(workers) (which changes the result)")
    case .damagedCheckpoint(let file, let instead):
      "\(file.path): cannot be used: \(file.reason); going on from \(instead)"
    case .changed(let differences, let epoch):
      "going on to another result: \(differences.joined(separator: "; "))"
        + (epoch.map { "; epoch \($0) begins anew" } ?? "")
    case .other(let text): text
    }
  }
}
