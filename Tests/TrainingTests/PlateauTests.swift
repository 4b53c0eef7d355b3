import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct PlateauTests {
  /// A metric over epochs and the learning rate after each (peak 0.1), by PyTorch's ReduceLROnPlateau.
  private struct Expected: Decodable {
    let schedule: Schedule
    let rising: Bool
    let metrics, rates: [Double]
  }

  @Test func agreesWithPyTorch() throws {
    let cases = try Fixtures.lines("plateau.jsonl", as: Expected.self)
    #expect(cases.count >= 9 && cases.contains { $0.rising })
    for expected in cases {
      guard case .reduceOnPlateau(let rule) = expected.schedule else {
        Issue.record("\(expected.schedule)")
        continue
      }
      var state = PlateauState()
      for (epoch, (metric, rate)) in zip(expected.metrics, expected.rates).enumerated() {
        // As a checkpoint keeps it.
        state = try MetadataJSON.value(PlateauState.self, from: MetadataJSON.text(state))
        state.observe(metric, rising: expected.rising, rule, peak: 0.1)
        #expect(abs(0.1 * state.factor - rate) <= 1e-9 * rate, "\(rule), epoch \(epoch)")
      }
    }
  }

  @Test func theRateOfAStepFollows() {
    var step = ScheduleStep(step: 8, totalSteps: 20, stepsPerEpoch: 4, warmupSteps: 2)
    step.plateauFactor = 0.25
    let schedule = Schedule.reduceOnPlateau(ReduceOnPlateau())
    #expect(schedule.learningRate(peak: 0.4, at: step) == 0.1)
    #expect(schedule.learningRate(peak: 0.4, at: step.byEpoch) == 0.1)
  }
}
