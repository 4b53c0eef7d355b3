import Foundation
import Randomness

/// The tree-structured Parzen estimator: new trials are drawn where good trials are denser than the others.
///
/// The first trials are those of a random search. Then the trials so far are parted into the best few and the rest; for
/// each parameter, values are drawn from the density of the best ones, and the one whose density among the best is the
/// largest multiple of that among the rest is taken. A parameter that is not searched in all trials learns from those
/// in which it was.
///
/// Source: Bergstra, Bardenet, Bengio, Kégl, "Algorithms for hyper-parameter optimization", NeurIPS 2011, section 4.
public struct TPE: SearchStrategy {
  /// Trials at random before the first that learns from others.
  static let startingTrials = 10
  /// The share of the trials that counts as good (the paper's gamma), and how many at most. A share of 0.1 came closer
  /// to the best than the paper's 0.15 within 40 trials.
  static let goodShare = 0.1
  static let mostGood = 25
  /// Values that are drawn, of which one is taken.
  static let candidates = 24

  private let space: SearchSpace
  private let seed: UInt64
  private let trials: Int?
  private let random: RandomSearch

  /// A search over a space.
  /// - Parameters:
  ///   - seed: of the draws.
  ///   - trials: how many there are; nil is without end.
  public init(_ space: SearchSpace, seed: UInt64, trials: Int?) {
    self.space = space
    self.seed = seed
    self.trials = trials
    random = RandomSearch(space, seed: seed, trials: trials)
  }

  /// The next point; nil also where all points of a small space were tried.
  public func next(after history: SearchHistory) -> SearchMove? {
    let number = history.trials.count
    if let trials, number >= trials { return nil }
    guard number >= Self.startingTrials else { return random.next(after: history) }
    let (good, rest) = Self.parted(history)
    let known = Set(history.trials.map(\.point))
    // The same training again would tell nothing; after some draws anything new is taken.
    for copy in 0..<32 as Range<UInt32> {
      let point = space.point { draw($0, number, copy, good: good, rest: rest) }
      if !known.contains(point) { return SearchMove(trial: number, point: point) }
    }
    return random.newPoint(for: number, after: history).map { SearchMove(trial: number, point: $0) }
  }

  /// The best trials and the others, of which failed ones are the worst.
  private static func parted(_ history: SearchHistory) -> (good: [SearchPoint], rest: [SearchPoint]) {
    let ranked = history.ranked(at: 0)
    let failed = history.trials.indices.filter { history.trials[$0].scores.isEmpty }
    let count = min(mostGood, max(1, Int((goodShare * Double(history.trials.count)).rounded(.up))))
    let points = (ranked + failed).map { history.trials[$0].point }
    let goodCount = min(count, ranked.count)
    return (Array(points.prefix(goodCount)), Array(points.dropFirst(goodCount)))
  }

  /// A parameter's value: the best of the candidates.
  private func draw(
    _ index: Int, _ trial: Int, _ copy: UInt32, good: [SearchPoint], rest: [SearchPoint]
  ) -> ParameterValue {
    let parameter = space.parameters[index]
    var stream = RandomStream(
      SampleKey(seed: seed, sample: UInt64(trial), copy: copy), path: "tune/tpe/" + parameter.key)
    switch parameter.domain {
    case .choice(let values):
      func estimator(_ points: [SearchPoint]) -> ChoiceEstimator {
        let taken = points.compactMap { if case .choice(let value) = $0[index] { value } else { nil } }
        return ChoiceEstimator(taken, count: values.count)
      }
      let (likely, unlikely) = (estimator(good), estimator(rest))
      return .choice(
        best(of: (0..<Self.candidates).map { _ in likely.draw(&stream) }) {
          likely.probability($0) / unlikely.probability($0)
        })
    case .range(let range):
      func estimator(_ points: [SearchPoint]) -> ParzenEstimator {
        ParzenEstimator(
          points.compactMap { if case .number(let value) = $0[index] { range.place(of: value) } else { nil } }
        )
      }
      let (likely, unlikely) = (estimator(good), estimator(rest))
      let drawn = (0..<Self.candidates).map { _ in range.value(at: likely.draw(&stream)) }
      return .number(
        best(of: drawn) { likely.density(range.place(of: $0)) / unlikely.density(range.place(of: $0)) })
    }
  }

  /// The first value of the highest ratio.
  private func best<Value>(of values: [Value], by ratio: (Value) -> Double) -> Value {
    var best = (value: values[0], ratio: ratio(values[0]))
    for value in values.dropFirst() {
      let candidate = ratio(value)
      if candidate > best.ratio { best = (value, candidate) }
    }
    return best.value
  }
}
