import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct ScheduleTests {
  /// A schedule's learning rates (peak 0.1) and momenta, by PyTorch's schedulers.
  private struct Expected: Decodable {
    let schedule: Schedule
    let per: LearningRateInterval
    let total, stepsPerEpoch, warmup: Int
    let rates, momenta: [Double]
  }

  private static let expected = Result { try Fixtures.lines("schedules.jsonl", as: Expected.self) }

  @Test(arguments: Schedule.names.filter { $0 != ReduceOnPlateau.name })
  func agreesWithPyTorch(name: String) throws {
    let cases = try Self.expected.get().filter { $0.schedule.name == name }
    #expect(cases.contains { $0.rates.count >= 20 })
    for expected in cases {
      for (number, rate) in expected.rates.enumerated() {
        var step = ScheduleStep(
          step: number, totalSteps: expected.total, stepsPerEpoch: expected.stepsPerEpoch,
          warmupSteps: expected.warmup)
        if expected.per == .epoch { step = step.byEpoch }
        let found = expected.schedule.learningRate(peak: 0.1, at: step)
        #expect(abs(found - rate) <= 1e-6 * rate + 1e-15, "\(expected.schedule) \(number): \(found) \(rate)")
        if expected.momenta.isEmpty { continue }
        let momentum = try #require(expected.schedule.momentum(at: step))
        #expect(abs(momentum - expected.momenta[number]) <= 1e-6)
      }
    }
  }

  @Test func everyScheduleHasACaseWithWarmupAndOneByEpoch() throws {
    let cases = try Self.expected.get()
    for name in Schedule.names where ![OneCycle.name, ReduceOnPlateau.name].contains(name) {
      #expect(cases.contains { $0.schedule.name == name && $0.warmup > 0 && $0.rates.count >= 20 })
    }
    #expect(Set(cases.filter { $0.per == .epoch }.map(\.schedule.name)).count >= 8)
  }

  @Test func stepDecayFallsAtThirdsByDefault() {
    let rates = (0..<30).map {
      Schedule.step(StepDecay())
        .learningRate(peak: 1, at: ScheduleStep(step: $0, totalSteps: 30, stepsPerEpoch: 5))
    }
    #expect(rates[9] == 1)
    #expect(abs(rates[10] - 0.1) < 1e-12)
    #expect(abs(rates[29] - 0.01) < 1e-12)
  }

  /// Without parameters they fill a run of any length.
  @Test(arguments: [30, 300])
  func defaultsFitTheRun(total: Int) throws {
    func rate(_ name: String, _ share: Double) throws -> Double {
      let step = ScheduleStep(step: Int(share * Double(total)), totalSteps: total, stepsPerEpoch: 3)
      return try #require(Schedule(named: name)).learningRate(peak: 1, at: step)
    }
    #expect(try rate("multi-step", 0.4) == 1)
    #expect(try abs(rate("multi-step", 0.5) - 0.1) < 1e-12)
    #expect(try abs(rate("multi-step", 0.8) - 0.01) < 1e-12)
    #expect(try abs(rate("exponential", 1) - 0.01) < 1e-12)
    let restarts = CosineWarmRestarts()
    for cycle in 0..<3 {
      let step = ScheduleStep(step: cycle * total / 3, totalSteps: total, stepsPerEpoch: 3)
      #expect(restarts.cycle(at: step).index == cycle && restarts.factor(at: step) == 1)
    }
  }

  @Test(arguments: Schedule.names, [0, 1])
  func aRunOfOneStepHasAFiniteRate(name: String, warmup: Int) throws {
    let rate = try #require(Schedule(named: name))
      .learningRate(
        peak: 0.1, at: ScheduleStep(step: 0, totalSteps: 1, stepsPerEpoch: 1, warmupSteps: warmup))
    #expect(rate.isFinite && rate > 0)
  }

  @Test(arguments: [
    (#""cosine""#, Schedule.cosine(Cosine())), (#"{"name":"step","every":4}"#, .step(StepDecay(every: 4))),
    (
      #"{"name":"one-cycle","pct-start":0.5,"final-div":10}"#,
      .oneCycle(OneCycle(pctStart: 0.5, finalDiv: 10))
    ),
    (#"{"name":"constant"}"#, .constant(Constant())),
    (#"{"name":"multi-step","milestones":[1,2.5]}"#, .multiStep(MultiStepDecay(milestones: [1, 2.5]))),
    (
      #"{"name":"cosine-warm-restarts","t0":1.5,"t-mult":2}"#,
      .cosineWarmRestarts(CosineWarmRestarts(t0: 1.5, tMult: 2))
    ),
  ])
  func readsAndWritesItsTextForm(text: String, schedule: Schedule) throws {
    let read = try MetadataJSON.value(Schedule.self, from: text)
    #expect(read == schedule)
    #expect(try Schedule(text: text) == schedule)
    #expect(try MetadataJSON.value(Schedule.self, from: MetadataJSON.text(schedule)) == schedule)
  }

  @Test(arguments: Schedule.names)
  func everyNameSurvivesItsTextForm(name: String) throws {
    let schedule = try #require(Schedule(named: name))
    #expect(schedule.name == name)
    #expect(try MetadataJSON.text(schedule) == "\"\(name)\"")
    #expect(try MetadataJSON.value(Schedule.self, from: "{\"name\":\"\(name)\"}") == schedule)
  }

  @Test(arguments: [#""cosin""#, #"{"every":2}"#, "3", #"{"name":"cosine","every":2}"#])
  func refusesOtherTexts(text: String) {
    #expect(throws: (any Error).self) { try MetadataJSON.value(Schedule.self, from: text) }
  }

  @Test(arguments: [
    ("{name: step, every: 0}", "schedule.every 0: must be at least 1"),
    ("{name: step, gamma: 1.5}", "schedule.gamma 1.5: must be above 0, and at most 1"),
    ("{name: multi-step, milestones: [3, 3]}", "schedule.milestones [3.0, 3.0]"),
    ("{name: multi-step, milestones: []}", "schedule.milestones []"),
    ("{name: exponential, gamma: 0}", "schedule.gamma 0.0"),
    ("{name: polynomial, power: 0}", "schedule.power 0.0"),
    ("{name: linear, start-factor: 0}", "schedule.start-factor 0.0"),
    ("{name: linear, end-factor: 2}", "schedule.end-factor 2.0"),
    ("{name: inverse-sqrt, timescale: 0}", "schedule.timescale 0.0"),
    ("{name: cosine, end: -1}", "schedule.end -1.0"),
    ("{name: cosine-warm-restarts, t0: 0}", "schedule.t0 0.0"),
    ("{name: cosine-warm-restarts, t-mult: 0}", "schedule.t-mult 0.0"),
    ("{name: one-cycle, pct-start: 2}", "schedule.pct-start 2.0"),
    ("{name: one-cycle, base-momentum: 0.8}", "schedule one-cycle: needs both"),
    ("{name: reduce-on-plateau, factor: 1}", "schedule.factor 1.0"),
    ("{name: reduce-on-plateau, patience: -1}", "schedule.patience -1.0"),
    ("{name: reduce-on-plateau, min-lr: 1}", "schedule.min-lr 1.0: must be below the learning rate (0.1)"),
  ])
  func refusesImpossibleParameters(text: String, start: String) throws {
    var configuration = RunConfiguration(data: "a")
    configuration.schedule = try Schedule(text: text)
    let error = #expect(throws: TrainingError.self) { try configuration.validate() }
    #expect("\(try #require(error))".hasPrefix(start))
  }
}
