/// Asynchronous successive halving, here with one trial at a time: whenever a rung has one more trial that is among
/// its best `1 / eta`, that trial goes on at once; else a new one begins. No rung waits for all trials, so a search can
/// go on without an end.
///
/// Source: Li, Jamieson, Rostamizadeh, Gonina, Hardt, Recht, Talwalkar, "A system for massively parallel hyperparameter
/// tuning", MLSys 2020 (arXiv:1810.05934), algorithm 2.
public struct ASHA: SearchStrategy {
  private let sampler: RandomSearch
  private let rungs: HalvingRungs

  /// A search whose trials are drawn at random.
  /// - Parameter trials: how many begin; nil is without end.
  public init(_ space: SearchSpace, seed: UInt64, trials: Int?, rungs: HalvingRungs) {
    sampler = RandomSearch(space, seed: seed, trials: trials)
    self.rungs = rungs
  }

  /// The promotion to the highest rung that one is due for, else a new trial.
  public func next(after history: SearchHistory) -> SearchMove? {
    for rung in (0..<rungs.count - 1).reversed() {
      let ranked = history.ranked(at: rung)
      let best = ranked.prefix(ranked.count / rungs.eta)
      let waiting = best.first {
        history.trials[$0].scores.count == rung + 1 && history.trials[$0].failure == nil
      }
      if let trial = waiting {
        return SearchMove(
          trial: trial, point: history.trials[trial].point, rung: rung + 1, epochs: rungs.target(rung + 1))
      }
    }
    guard var move = sampler.next(after: history) else { return nil }
    move.epochs = rungs.target(0)
    return move
  }
}
