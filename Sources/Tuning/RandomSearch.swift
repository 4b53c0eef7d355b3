import Randomness

/// Points drawn at random, each parameter by its own law.
///
/// A trial's point follows from the seed and its number alone; where an earlier trial had it already it is drawn again.
///
/// Source: Bergstra, Bengio, "Random search for hyper-parameter optimization", JMLR 2012.
public struct RandomSearch: SearchStrategy {
  private let space: SearchSpace
  private let seed: UInt64
  private let trials: Int?

  /// A random search.
  /// - Parameters:
  ///   - seed: of the draws.
  ///   - trials: how many points are drawn; nil is without end.
  public init(_ space: SearchSpace, seed: UInt64, trials: Int?) {
    self.space = space
    self.seed = seed
    self.trials = trials
  }

  /// The next point; nil also where all points of a small space were tried.
  public func next(after history: SearchHistory) -> SearchMove? {
    let number = history.trials.count
    if let trials, number >= trials { return nil }
    return newPoint(for: number, after: history).map { SearchMove(trial: number, point: $0) }
  }

  /// The first point drawn for a trial that no earlier trial has; nil where there is none among many draws.
  func newPoint(for trial: Int, after history: SearchHistory) -> SearchPoint? {
    let known = Set(history.trials.map(\.point))
    // With fewer than 1,000 points in all, a point that is left is missed by this many draws with a chance of e^-10.
    for copy in 0..<10_000 as Range<UInt32> {
      let point = point(for: trial, copy: copy)
      if !known.contains(point) { return point }
    }
    return nil
  }

  /// The point that is drawn for a trial.
  /// - Parameter copy: which of several draws.
  func point(for trial: Int, copy: UInt32 = 0) -> SearchPoint {
    space.point { index in
      let parameter = space.parameters[index]
      var stream = RandomStream(
        SampleKey(seed: seed, sample: UInt64(trial), copy: copy), path: "tune/" + parameter.key)
      switch parameter.domain {
      case .range(let range): return .number(range.value(at: stream.unit()))
      case .choice(let values): return .choice(stream.integer(in: 0...values.count - 1))
      }
    }
  }
}
