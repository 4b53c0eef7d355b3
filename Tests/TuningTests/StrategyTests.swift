import Testing

@testable import Tuning

@Suite struct StrategyTests {
  private func space(_ text: String) throws -> SearchSpace { try SearchSpace(text, path: "s.yaml") }

  // MARK: Grid

  @Test func aGridHasEveryCombinationOnce() throws {
    let space = try space(
      "lr: {log-uniform: [0.01, 1], points: 3}\nepochs: {integer: [1, 2]}\noptimizer: [sgd, lamb]\n"
        + "momentum: {uniform: [0.5, 0.9], points: 2, when: {optimizer: sgd}}")
    var moves: [SearchMove] = []
    let history = Synthetic.run(try GridSearch(space), moves: &moves) { _, _, _ in 0 }
    let points = history.trials.map(\.point)
    #expect(points.count == 3 * 2 * (2 + 1) && Set(points).count == points.count)
    #expect(points.first == [.number(0.01), .number(1), .choice(0), .number(0.5)])
    #expect(points.last == [.number(1), .number(2), .choice(1), nil])
    var some: [SearchMove] = []
    _ = Synthetic.run(try GridSearch(space, trials: 4), moves: &some) { _, _, _ in 0 }
    #expect(some == Array(moves.prefix(4)))
  }

  @Test func aGridNeedsSingleValues() throws {
    let space = try space("epochs: [1, 2]\nlr: {log-uniform: [0.01, 1]}")
    #expect(
      throws: TuningError.space(
        path: "s.yaml", line: 2, reason: "lr: a grid needs single values; add points: 5 to the range")
    ) { try GridSearch(space) }
  }

  // MARK: Random

  @Test func aTrialsDrawFollowsFromTheSeedAndItsNumberAlone() throws {
    let both = RandomSearch(try Synthetic.space(), seed: 5, trials: nil)
    let alone = RandomSearch(try space("lr: {log-uniform: [1e-5, 1]}"), seed: 5, trials: nil)
    for trial in 0..<10 { #expect(both.point(for: trial)[0] == alone.point(for: trial)[0]) }
    #expect(both.point(for: 3) != both.point(for: 4))
    #expect(both.point(for: 3) != RandomSearch(try Synthetic.space(), seed: 6, trials: nil).point(for: 3))
  }

  @Test func drawsFollowTheirLaws() throws {
    let random = RandomSearch(try Synthetic.space(), seed: 1, trials: nil)
    let points = (0..<4000).map { random.point(for: $0) }
    let small = points.filter { if case .number(let rate) = $0[0] { rate < 1e-3 } else { false } }.count
    #expect(abs(small - 1600) < 130, "two of five decades; \(small)")
    for choice in 0..<3 {
      #expect(abs(points.filter { $0[3] == .choice(choice) }.count - 1333) < 120)
    }
  }

  @Test func aSmallSpaceIsTriedOnceAndThenIsDone() throws {
    for strategy in [
      RandomSearch(try space("optimizer: [sgd, lamb, lars]\nepochs: [1, 2]"), seed: 0, trials: 50),
      TPE(try space("optimizer: [sgd, lamb, lars]\nepochs: {integer: [1, 7]}"), seed: 0, trials: 50),
    ] as [any SearchStrategy] {
      var moves: [SearchMove] = []
      _ = Synthetic.run(strategy, moves: &moves) { trial, _, _ in Double(trial) / 100 }
      #expect(Set(moves.map(\.point)).count == moves.count)
      #expect(moves.count == (strategy is TPE ? 21 : 6))
    }
  }

  // MARK: Halving

  @Test(
    arguments: [
      (27, 1, 3, nil, [1, 3, 9, 27]), (27, 1, 3, 10, [3, 9, 27]), (10, 1, 3, nil, [1, 3, 10]),
      (10, 2, 2, nil, [3, 5, 10]), (1, 1, 3, nil, [1]), (9, 4, 3, nil, [9]), (8, 1, 2, 1, [8]),
    ] as [(Int, Int, Int, Int?, [Int])])
  func rungs(epochs: Int, least: Int, eta: Int, trials: Int?, expected: [Int]) {
    #expect(HalvingRungs(epochs: epochs, least: least, eta: eta, trials: trials).epochs == expected)
  }

  @Test func halvingTrainsTheBestFurther() throws {
    let rungs = HalvingRungs(epochs: 9, eta: 3, trials: 9)
    let strategy = SuccessiveHalving(try Synthetic.space(), seed: 3, trials: 9, rungs: rungs)
    var moves: [SearchMove] = []
    // The higher the number the better; the best of the first rung fails in the second.
    let history = Synthetic.run(strategy, moves: &moves) { trial, _, rung in
      trial == 8 && rung == 1 ? nil : Double(trial) / 10
    }
    #expect(moves.map(\.trial) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 6, 7, 8, 7])
    #expect(moves.map(\.epochs) == Array(repeating: 1, count: 9) + [3, 3, 3] + [nil])
    #expect(history.trials[7].scores.count == 3)
  }

  @Test func ashaPromotesAsSoonAsItCanAndNeverTwice() throws {
    let rungs = HalvingRungs(epochs: 9, eta: 3, trials: 9)
    let strategy = ASHA(try Synthetic.space(), seed: 3, trials: 9, rungs: rungs)
    var moves: [SearchMove] = []
    let history = Synthetic.run(strategy, moves: &moves) { trial, _, _ in Double(trial) / 10 }
    // The best of the first three goes on, and then every new trial, since each is better than all before it; the third
    // of those at the second rung goes on to the last.
    #expect(moves.map(\.trial).prefix(9) == [0, 1, 2, 2, 3, 3, 4, 4, 4][...])
    #expect(Set(moves.map { "\($0.trial)/\($0.rung)" }).count == moves.count)
    #expect(moves.contains { $0.rung == 2 && $0.epochs == nil })
    for rung in 1..<3 {
      let (here, before) = (history.ranked(at: rung).count, history.ranked(at: rung - 1).count)
      #expect(here >= before / 3)
    }
    // It starts with the same draws as a random search.
    #expect(
      history.trials[4].point == RandomSearch(try Synthetic.space(), seed: 3, trials: nil).point(for: 4))
  }

  @Test func ashaPromotesTheNextBestWhenTheRungHasGrown() throws {
    let rungs = HalvingRungs(epochs: 3, eta: 3, trials: 9)
    let strategy = ASHA(try Synthetic.space(), seed: 3, trials: 9, rungs: rungs)
    var moves: [SearchMove] = []
    // Each is worse than all before it.
    _ = Synthetic.run(strategy, moves: &moves) { trial, _, _ in 1 - Double(trial) / 10 }
    #expect(moves.map(\.trial) == [0, 1, 2, 0, 3, 4, 5, 1, 6, 7, 8, 2])
  }

  @Test func ashaWithoutEndGoesOn() throws {
    let strategy = ASHA(try Synthetic.space(), seed: 3, trials: nil, rungs: HalvingRungs(epochs: 9))
    var moves: [SearchMove] = []
    _ = Synthetic.run(strategy, moves: &moves, limit: 300) { _, point, _ in Synthetic.accuracy(point) }
    #expect(moves.count == 300 && moves.filter { $0.rung == 2 }.count > 10)
  }
}
