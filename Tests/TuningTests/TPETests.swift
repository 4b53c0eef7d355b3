import Testing

@testable import Tuning

@Suite struct TPETests {
  /// The best accuracy that a strategy finds is short of 1 by this much, on average over the seeds.
  private func meanShortfall(_ strategy: (UInt64) throws -> any SearchStrategy, seeds: Int) rethrows -> Double
  {
    var sum = 0.0
    for seed in 0..<seeds {
      var moves: [SearchMove] = []
      let history = Synthetic.run(try strategy(UInt64(seed)), moves: &moves) { _, point, _ in
        Synthetic.accuracy(point)
      }
      sum += 1 - (history.trials.compactMap { $0.scores.last?.accuracy }.max() ?? 0)
    }
    return sum / Double(seeds)
  }

  @Test func comesCloserThanARandomSearch() throws {
    let space = try Synthetic.space()
    let random = meanShortfall({ RandomSearch(space, seed: $0, trials: 40) }, seeds: 30)
    let tpe = meanShortfall({ TPE(space, seed: $0, trials: 40) }, seeds: 30)
    // Seen with other draws: a quarter.
    #expect(tpe < 0.5 * random, "TPE is short of the best by \(tpe), random by \(random)")
  }

  @Test func beginsAsARandomSearchAndFollowsFromItsHistory() throws {
    let space = try Synthetic.space()
    let (tpe, random) = (TPE(space, seed: 9, trials: 30), RandomSearch(space, seed: 9, trials: 30))
    var (first, second): ([SearchMove], [SearchMove]) = ([], [])
    _ = Synthetic.run(tpe, moves: &first) { _, point, _ in Synthetic.accuracy(point) }
    _ = Synthetic.run(tpe, moves: &second) { _, point, _ in Synthetic.accuracy(point) }
    #expect(first == second && first.count == 30)
    #expect(first.prefix(10).map(\.point) == (0..<10).map { random.point(for: $0) })
  }

  @Test func goesOnWhereTrialsFail() throws {
    var moves: [SearchMove] = []
    let tpe = TPE(try Synthetic.space(), seed: 2, trials: 60)
    // Large rates diverge.
    func diverges(_ point: SearchPoint) -> Bool {
      if case .number(let rate) = point[0] { rate > 0.05 } else { false }
    }
    let history = Synthetic.run(tpe, moves: &moves) { _, point, _ in
      diverges(point) ? nil : Synthetic.accuracy(point)
    }
    let late = history.trials.dropFirst(30).filter { diverges($0.point) }.count
    #expect(late <= 6, "of 30, a quarter at random: \(late)")
    var none: [SearchMove] = []
    _ = Synthetic.run(tpe, moves: &none) { _, _, _ in nil }
    #expect(none.count == 60)
  }

  @Test func theDensitiesAreDensities() {
    for places in [[], [0.5], [0, 1], [0.2, 0.21, 0.22, 0.9]] as [[Double]] {
      let estimator = ParzenEstimator(places)
      let sum = (0..<2000).reduce(0) { $0 + estimator.density((Double($1) + 0.5) / 2000) } / 2000
      #expect(abs(sum - 1) < 1e-3)
    }
    let estimator = ParzenEstimator([0.2, 0.21, 0.22, 0.24])
    #expect(estimator.density(0.21) > 2 * estimator.density(0.8))
    let choices = ChoiceEstimator([0, 0, 1], count: 3)
    #expect((0..<3).map(choices.probability) == [0.5, 2.0 / 6, 1.0 / 6])
  }
}
