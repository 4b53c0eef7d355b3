import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct ScheduleTests {
  /// Total steps, steps of an epoch, warm-up steps, step, learning rate and momentum, by PyTorch's schedulers.
  private static let fixture: [(name: String, steps: [Int], rate: Double, momentum: Double)] = {
    let text = (try? String(contentsOfFile: Fixtures.path("schedules.csv"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map { line in
      let cells = line.split(separator: ",").map(String.init)
      return (
        cells[0], cells[1..<5].compactMap { Int($0) }, Double(cells[5]) ?? .nan, Double(cells[6]) ?? .nan
      )
    }
  }()

  @Test(arguments: Schedule.names)
  func agreesWithPyTorch(name: String) throws {
    let lines = Self.fixture.filter { $0.name == name }
    #expect(lines.count >= 20)
    let schedule: Schedule =
      switch name {
      case "step": .step(StepDecay(every: 2))
      case "one-cycle": .oneCycle(OneCycle(baseMomentum: 0.85, maxMomentum: 0.95))
      default: try #require(Schedule(named: name))
      }
    for line in lines {
      let step = ScheduleStep(
        step: line.steps[3], totalSteps: line.steps[0], stepsPerEpoch: line.steps[1],
        warmupSteps: line.steps[2])
      let rate = schedule.learningRate(peak: 0.1, at: step)
      #expect(abs(rate - line.rate) <= 1e-6 * abs(line.rate), "\(name) \(line.steps): \(rate) \(line.rate)")
      let momentum = schedule.momentum(at: step) ?? 0.9
      #expect(abs(momentum - line.momentum) <= 1e-6, "\(name) \(line.steps): \(momentum) \(line.momentum)")
    }
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

  @Test(arguments: Schedule.names)
  func aRunOfOneStepHasAFiniteRate(name: String) throws {
    let rate = try #require(Schedule(named: name))
      .learningRate(peak: 0.1, at: ScheduleStep(step: 0, totalSteps: 1, stepsPerEpoch: 1))
    #expect(rate.isFinite && rate > 0)
  }

  @Test(arguments: [
    (#""cosine""#, Schedule.cosine(Cosine())), (#"{"name":"step","every":4}"#, .step(StepDecay(every: 4))),
    (
      #"{"name":"one-cycle","pct-start":0.5,"final-div":10}"#,
      .oneCycle(OneCycle(pctStart: 0.5, finalDiv: 10))
    ),
    (#"{"name":"constant"}"#, .constant(Constant())),
  ])
  func readsAndWritesItsTextForm(text: String, schedule: Schedule) throws {
    let read = try MetadataJSON.value(Schedule.self, from: text)
    #expect(read == schedule)
    #expect(try MetadataJSON.value(Schedule.self, from: MetadataJSON.text(schedule)) == schedule)
  }

  @Test(arguments: [#""cosin""#, #"{"every":2}"#, "3", #"{"name":"cosine","every":2}"#])
  func refusesOtherTexts(text: String) {
    #expect(throws: (any Error).self) { try MetadataJSON.value(Schedule.self, from: text) }
  }
}
