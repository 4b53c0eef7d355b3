/// Successive halving: all trials are trained a little, the best of them go on for longer, and so on.
///
/// Of n trials the best n / eta go on to the second rung, n / eta^2 to the third. A trial goes on from its checkpoint.
///
/// Source: Jamieson, Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016.
public struct SuccessiveHalving: SearchStrategy {
  private let sampler: RandomSearch
  private let rungs: HalvingRungs
  private let trials: Int

  /// A search of so many trials, drawn at random.
  public init(_ space: SearchSpace, seed: UInt64, trials: Int, rungs: HalvingRungs) {
    sampler = RandomSearch(space, seed: seed, trials: trials)
    self.rungs = rungs
    self.trials = trials
  }

  /// The next trial of the lowest rung that is not complete.
  public func next(after history: SearchHistory) -> SearchMove? {
    if var move = sampler.next(after: history) {
      move.epochs = rungs.target(0)
      return move
    }
    var part = history.trials.count
    for rung in 1..<max(1, rungs.count) {
      part /= rungs.eta
      // The best of those that came through the rung before, in the order of their numbers.
      let chosen = history.ranked(at: rung - 1).prefix(max(1, part)).sorted()
      let waiting = chosen.first {
        history.trials[$0].scores.count == rung && history.trials[$0].failure == nil
      }
      if let trial = waiting {
        return SearchMove(
          trial: trial, point: history.trials[trial].point, rung: rung, epochs: rungs.target(rung))
      }
    }
    return nil
  }
}
