/// Why a search cannot be made or go on. Each describes itself in one line.
public enum TuningError: Error, Equatable, Sendable {
  /// The file of the search space cannot be used. The line counts from 1.
  case space(path: String, line: Int?, reason: String)
  /// A folder holds another search than the one that is asked for.
  case anotherSearch(folder: String, differences: [String])
  /// A folder to resume from holds no search.
  case noSearch(folder: String)
  /// The record of a search cannot be used.
  case damagedRecord(path: String, reason: String)
  /// Not one trial could be trained: the reason of the first.
  case everyTrialFailed(count: Int, reason: String)
  /// The budget ended before any trial had a score.
  case budgetTooShort(seconds: Double, folder: String)
}

extension TuningError: CustomStringConvertible {
  /// One line: what, where, and what to do.
  public var description: String {
    switch self {
    case .space(let path, let line, let reason):
      line.map { "\(path):\($0): \(reason)" } ?? "\(path): \(reason)"
    case .anotherSearch(let folder, let differences):
      "\(folder): it holds another search: \(differences.joined(separator: "; ")); choose another --output"
    case .noSearch(let folder):
      "\(folder): no search in it; --resume takes the folder that tune wrote"
    case .damagedRecord(let path, let reason):
      "\(path): the search's record cannot be used: \(reason)"
    case .everyTrialFailed(let count, let reason):
      "\(count == 1 ? "the trial" : "all \(count) trials") failed; the first: \(reason)"
    case .budgetTooShort(let seconds, let folder):
      "the budget of \(Int(seconds)) s ended before a trial had a score; "
        + "go on with a larger one: convoy tune --resume \(folder) --budget …"
    }
  }
}
