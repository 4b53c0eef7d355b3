import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct LearningRateRulesTests {
  // MARK: Naive implementations, as the formulas stand

  /// Every loss weighs 0.98 of the one after it.
  private static func naiveSmoothed(_ losses: [Double]) -> [Double] {
    losses.indices.map { last in
      let weights = (0...last).map { pow(0.98, Double(last - $0)) }
      return zip(weights, losses).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }
  }

  private static func naiveSteepest(_ rates: [Double], _ losses: [Double]) -> Int {
    var best = 0
    let slope = { (i: Int) in (losses[i + 1] - losses[i]) / (log(rates[i + 1]) - log(rates[i])) }
    for i in 0..<losses.count - 1 where slope(i) < slope(best) { best = i }
    return best
  }

  /// The lowest mean of the losses up to two places in a hundred away.
  private static func naiveLowest(_ losses: [Double]) -> Int {
    let reach = max(1, Int((0.02 * Double(losses.count)).rounded()))
    let means = losses.indices.map { place in
      let near = losses.indices.filter { abs($0 - place) <= reach }
      return near.reduce(0) { $0 + losses[$1] } / Double(near.count)
    }
    return means.firstIndex(of: means.min() ?? 0) ?? 0
  }

  /// fastai's two loops.
  private static func naiveValley(_ losses: [Double]) -> Int {
    var (start, end) = (0, 0)
    var lengths = [Int](repeating: 1, count: losses.count)
    for i in 1..<losses.count {
      for j in 0..<i {
        if losses[i] < losses[j] && lengths[i] < lengths[j] + 1 { lengths[i] = lengths[j] + 1 }
        if lengths[end] < lengths[i] {
          end = i
          start = end - lengths[end]
        }
      }
    }
    let sections = Double(end - start) / 3
    return max(0, start + Int(sections) + Int(sections / 2))
  }

  // MARK: Curves

  /// A loss that is level, falls, and explodes, with noise; as range tests look.
  private static func curve(seed: UInt64, noise: Double, count: Int = 100) -> [Double] {
    var generator = Uniform(seed: seed)
    return (0..<count).map { index in
      let place = Double(index) / Double(count)
      let fall = 2 / (1 + exp(-20 * (place - 0.5)))
      let rise = place > 0.85 ? pow((place - 0.85) * 20, 3) : 0
      return 2.3 - fall + rise + noise * (generator.next() - 0.5)
    }
  }

  private static func rates(_ count: Int) throws -> [Double] {
    let sweep = try LearningRateSweep(from: 1e-6, to: 10, steps: count)
    return (0..<count).map(sweep.rate)
  }

  @Test(arguments: [0, 0.2, 2], [20, 57, 100, 333])
  func rulesAreThoseOfTheFormulas(noise: Double, count: Int) throws {
    for seed in 0..<10 {
      let losses = Self.curve(seed: UInt64(seed), noise: noise, count: count)
      let smoothed = LearningRateRules.smoothed(losses)
      for (value, expected) in zip(smoothed, Self.naiveSmoothed(losses)) {
        #expect(abs(value - expected) <= 1e-12 * expected)
      }
      let rates = try Self.rates(count)
      for curve in [losses, smoothed] {
        #expect(
          LearningRateRules.steepest(rates: rates, losses: curve) == Self.naiveSteepest(rates, curve))
        #expect(LearningRateRules.valley(losses: curve) == Self.naiveValley(curve))
        #expect(LearningRateRules.lowest(losses: curve) == Self.naiveLowest(curve))
      }
    }
  }

  @Test(arguments: [[3.0, 2, 1], [1, 2, 3], [2, 2, 2], [3, 1], [3, 3, 1, 1, 2]])
  func rulesOfShortCurvesStayWithin(losses: [Double]) throws {
    let valley = try #require(LearningRateRules.valley(losses: losses))
    #expect(losses.indices.contains(valley))
    #expect(valley == Self.naiveValley(losses))
  }

  @Test func noCurveHasNoSuggestion() {
    #expect(LearningRateRules.valley(losses: []) == nil)
    #expect(LearningRateRules.lowest(losses: []) == nil)
    #expect(LearningRateRules.steepest(rates: [1], losses: [1]) == nil)
  }

  @Test func theSweepRisesByTheSameFactor() throws {
    let sweep = try LearningRateSweep(from: 1e-4, to: 1, steps: 41)
    #expect(abs(sweep.rate(at: 0) / 1e-4 - 1) < 1e-12)
    #expect(abs(sweep.rate(at: 10) / 1e-3 - 1) < 1e-12)
    #expect(abs(sweep.rate(at: 40) - 1) < 1e-12)
  }

  @Test(
    arguments: [
      (0.0, 1.0, 100, "from 0.0: must be a number above 0"),
      (-1, 1, 100, "from -1.0: must be a number above 0"),
      (.nan, 1, 100, "from nan: must be a number above 0"),
      (0.1, 0.1, 100, "to 0.1: must be a number above from (0.1)"),
      (0.1, .infinity, 100, "to inf: must be a number above from (0.1)"),
      (0.1, 1, 19, "steps 19: must be at least 20: with fewer no slope can be seen"),
    ])
  func refusesImpossibleSweeps(from: Double, to: Double, steps: Int, message: String) {
    let error = #expect(throws: TrainingError.self) {
      try LearningRateSweep(from: from, to: to, steps: steps)
    }
    #expect(error.map { "\($0)" } == message)
  }

  // MARK: The whole reading

  private func test(
    _ losses: [Double], steps: Int = 100, diverged: Bool = false
  ) throws -> LearningRateRangeTest {
    LearningRateRangeTest(
      sweep: try LearningRateSweep(from: 1e-6, to: 10, steps: steps),
      losses: losses.enumerated().map { ($0, $1) }, diverged: diverged)
  }

  @Test(arguments: [0, 0.3])
  func readsACurve(noise: Double) throws {
    let losses = Self.curve(seed: 1, noise: noise)
    let test = try test(losses)
    let smoothed = Array(Self.naiveSmoothed(losses)[10..<95])
    let rates = Array(try Self.rates(100)[10..<95])
    #expect(test.points.count == 100 && test.ending == .completed)
    #expect(test.suggestions.map(\.rule) == [.steepest, .valley, .lowest] && test.reason == nil)
    #expect(test.suggestions[0].learningRate == rates[Self.naiveSteepest(rates, smoothed)])
    #expect(test.suggestions[1].learningRate == rates[Self.naiveValley(smoothed)])
    #expect(test.suggestions[2].learningRate == rates[Self.naiveLowest(Array(losses[10..<95]))] / 2)
    #expect(test.recommended == test.suggestions[2])
    #expect(!test.fallsToTheEnd)
  }

  @Test func saysThatHigherRatesMayBeBetter() throws {
    #expect(try test((0..<100).map { 2.3 - 0.01 * Double($0) }).fallsToTheEnd)
  }

  @Test(arguments: [0, 0.5, 2])
  func aLevelCurveHasNoRate(noise: Double) throws {
    for seed in 0..<20 {
      var generator = Uniform(seed: UInt64(seed))
      let losses = (0..<100).map { _ in 2.3 + noise * (generator.next() - 0.5) }
      let test = try test(losses)
      #expect(test.recommended == nil && test.suggestions.isEmpty && test.points.count == 100)
      #expect(test.reason?.contains("did not fall") == true)
      #expect(test.reason?.contains("between learning rates 1e-06 and 10") == true)
    }
  }

  @Test(arguments: [0, 1, 12, 22])
  func aCurveThatDivergesAtOnceHasNoRate(steps: Int) throws {
    let test = try test([Double](repeating: 2.3, count: steps), diverged: true)
    #expect(test.recommended == nil && test.points.count == steps && test.ending == .diverged)
    #expect(
      test.reason?.hasPrefix("the loss diverged after \(steps) of 100 steps, at a learning rate of ") == true)
  }

  @Test func divergenceIsSeen() throws {
    let losses = Self.curve(seed: 3, noise: 0.1)
    let test = try test(Array(losses[..<90]) + [400, 400])
    #expect(test.ending == .diverged)
    #expect(try self.test(Array(losses[..<90]), diverged: true).ending == .diverged)
  }
}

/// Uniform draws in 0..<1 for test curves, by a linear congruence.
private struct Uniform {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(1 << 53)
  }
}
