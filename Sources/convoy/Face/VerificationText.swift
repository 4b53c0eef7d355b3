import Convoy

/// What `convoy verify` says.
enum VerificationText {
  /// A row for each number of workers.
  static func lines(_ verification: WorkerVerification) -> [String] {
    let facts =
      "\(verification.model), \(verification.precision.rawValue), \(Quantity.count(verification.steps, "step")) "
      + "with \(Quantity.count(verification.images, "image")), batches of \(verification.batchSize) in "
      + Quantity.count(verification.shards, "shard")
    let rows = verification.trials.map { trial in
      [
        "\(trial.workers)", "\(trial.loaderThreads)", String(trial.weightsSHA256.prefix(16)),
        trial.parting.map(place) ?? "",
      ]
    }
    let header = ["workers", "loader threads", "sha-256", ""]
    return [facts] + TextTable(header: header, rows: rows, leftColumns: 4).lines
  }

  /// The one line that `--quiet` keeps.
  static func result(_ verification: WorkerVerification) -> String {
    let first = verification.trials[0]
    guard let other = verification.trials.first(where: { $0.parting != nil }), let parting = other.parting
    else {
      return "equal: \(verification.trials.count) numbers of workers, sha-256 \(first.weightsSHA256)"
    }
    return "different: \(other.workers) workers part from \(first.workers) at \(place(parting))"
  }

  private static func place(_ parting: Parting) -> String {
    let others = parting.columns.count - 1
    return "step \(parting.step ?? 0) in \(parting.tensor ?? "nothing that is logged")"
      + (others > 0 ? " and \(Quantity.count(others, "other tensor"))" : "")
  }

  /// The JSON form, which says also whether all are equal.
  struct Event: Encodable {
    let verification: WorkerVerification

    init(_ verification: WorkerVerification) { self.verification = verification }

    private enum Key: String, CodingKey { case equal }

    func encode(to encoder: any Encoder) throws {
      try verification.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(verification.isEqual, forKey: .equal)
    }
  }
}
