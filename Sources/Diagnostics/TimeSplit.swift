/// Where one worker's time went, in shares of the wall time: they sum to 1.
///
/// Forward to optimizer are timed by the worker's own clock: between operations, and twice in each slice of an
/// update. Loading is the time in which the training loop, and so every worker, waits for a batch. Idle is what is
/// left: waiting for the slowest worker, for the loop's own work between two phases, and for a phase to begin.
public struct TimeSplit: Codable, Equatable, Sendable {
  /// Shares, 0...1.
  public var loading, forward, backward, allReduce, optimizer, idle: Double

  /// The keys, as in `all-reduce`.
  public enum CodingKeys: String, CodingKey {
    case loading, forward, backward
    case allReduce = "all-reduce"
    case optimizer, idle
  }

  /// The split of a wall time, all in seconds; idle is what the others leave of it.
  ///
  /// Clocks are read at slightly different moments: where the parts are more than the whole, they are the whole.
  public init(
    wall: Double, loading: Double, forward: Double, backward: Double, allReduce: Double, optimizer: Double
  ) {
    let parts = [loading, forward, backward, allReduce, optimizer]
    let whole = Swift.max(wall, parts.reduce(0, +))
    let shares = parts.map { whole > 0 ? $0 / whole : 0 }
    (self.loading, self.forward, self.backward) = (shares[0], shares[1], shares[2])
    (self.allReduce, self.optimizer) = (shares[3], shares[4])
    idle = Swift.max(0, 1 - shares.reduce(0, +))
  }

  private init(shares: [Double]) {
    (loading, forward, backward) = (shares[0], shares[1], shares[2])
    (allReduce, optimizer, idle) = (shares[3], shares[4], shares[5])
  }

  /// Names and shares in the order of a step.
  public var parts: [(name: String, share: Double)] {
    [
      ("loading", loading), ("forward", forward), ("backward", backward), ("all-reduce", allReduce),
      ("optimizer", optimizer), ("idle", idle),
    ]
  }

  /// The mean of several splits, which sums to 1 as they do; nil of none.
  public static func mean(_ splits: [TimeSplit]) -> TimeSplit? {
    if splits.isEmpty { return nil }
    let all = splits.map { $0.parts.map(\.share) }
    return TimeSplit(
      shares: (0..<6).map { part in all.reduce(0) { $0 + $1[part] } / Double(splits.count) })
  }
}
