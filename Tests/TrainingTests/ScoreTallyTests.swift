import Foundation
import Testing

@testable import Training

@Suite struct ScoreTallyTests {
  @Test func countsRanksLossesAndConfusions() {
    var tally = ScoreTally(classes: 6)
    let scores: [Float] = [0, 1, 2, 3, 4, 5]
    tally.add(scores[...], label: 5)
    tally.add(scores[...], label: 1)
    tally.add(scores[...], label: 0)
    #expect(tally.score.count == 3)
    #expect(abs(tally.score.top1 - 1 / 3) < 1e-12)
    #expect(abs(tally.score.top5 - 2 / 3) < 1e-12)
    let total = log(scores.reduce(0) { $0 + exp(Double($1)) })
    #expect(abs(tally.score.loss - (3 * total - 6) / 3) < 1e-9)
    #expect(
      tally.confusionRows[5][5] == 1 && tally.confusionRows[1][5] == 1 && tally.confusionRows[0][5] == 1)
    let reports = tally.classReports(names: (0..<6).map { "\($0)" })
    #expect(reports[5].precision == 1 / 3 && reports[5].recall == 1 && reports[5].f1 == 0.5)
    #expect(reports[1].precision == nil && reports[1].recall == 0 && reports[1].f1 == nil)
    #expect(reports[2].recall == nil)
  }

  @Test func theFirstOfEqualScoresWinsAndNoNumberNever() {
    var tally = ScoreTally(classes: 2)
    tally.add([1, 1], label: 0)
    tally.add([1, 1], label: 1)
    tally.add([.nan, -5], label: 0)
    #expect(tally.score.top1 == 1.0 / 3)
    #expect(tally.confusionRows == [[1, 1], [1, 0]])
  }

  @Test func largeScoresDoNotOverflow() {
    var tally = ScoreTally(classes: 2)
    tally.add([3e38, -3e38], label: 0)
    #expect(tally.score.loss == 0)
  }
}
