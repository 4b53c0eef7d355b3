import Training

/// The name of a strategy: how a search chooses its trials.
public enum StrategyName: String, Codable, CaseIterable, Sendable {
  /// Every combination.
  case grid
  /// Points at random.
  case random
  /// Many trials at random, most of them stopped early.
  case halving
  /// The same without waiting for all trials.
  case asha
  /// Points where good trials are dense.
  case tpe

  /// Whether trials are stopped early, by the epochs.
  public var halves: Bool { self == .halving || self == .asha }
}

extension SearchDefinition {
  /// The strategy over a space.
  ///
  /// Throws ``TuningError/space(path:line:reason:)`` for a space that the strategy cannot search.
  func strategy(over space: SearchSpace) throws(TuningError) -> any SearchStrategy {
    switch strategy {
    case .grid: return try GridSearch(space, trials: trials)
    case .random: return RandomSearch(space, seed: base.seed, trials: trials)
    case .tpe: return TPE(space, seed: base.seed, trials: trials)
    case .halving, .asha:
      if let parameter = space.parameters.first(where: { $0.key == "epochs" }) {
        throw .space(
          path: space.path, line: parameter.line,
          reason: "epochs cannot be searched with \(strategy.rawValue), which stops trials by their epochs")
      }
      let rungs = HalvingRungs(
        epochs: try TrialOptions.epochs(of: space, base: base), least: leastEpochs, eta: eta, trials: trials)
      if strategy == .asha { return ASHA(space, seed: base.seed, trials: trials, rungs: rungs) }
      return SuccessiveHalving(space, seed: base.seed, trials: trials ?? Self.usualTrials, rungs: rungs)
    }
  }
}
