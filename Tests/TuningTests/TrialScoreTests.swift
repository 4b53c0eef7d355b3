import Testing
import Training

@testable import Tuning

@Suite struct TrialScoreTests {
  /// Tables of Student's distribution, to the digits that they give.
  @Test(arguments: [
    (1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (5, 2.5706), (9, 2.2622), (10, 2.2281), (30, 2.0423),
    (100, 1.9840),
  ])
  func studentsQuantiles(degrees: Int, expected: Double) {
    #expect(abs(StudentT.quantile(0.975, degreesOfFreedom: degrees) - expected) < 6e-5)
  }

  @Test func aSingleTrainingHasWilsonsInterval() {
    let score = TrialScore(Score(count: 10, loss: 0.5, top1: 0.8, top5: 1), epochs: 3)
    #expect(score.accuracy == 0.8 && score.loss == 0.5 && score.epochs == 3 && score.folds == [])
    // statsmodels' proportion_confint(8, 10, method="wilson").
    #expect(abs(score.interval.low - 0.490162) < 1e-6 && abs(score.interval.high - 0.943318) < 1e-6)
    let all = TrialScore(Score(count: 20, loss: 0.1, top1: 1, top5: 1), epochs: 1)
    #expect(all.interval.high == 1 && all.interval.low < 0.85)
  }

  @Test func foldsHaveStudentsInterval() {
    let folds = [0.7, 0.8, 0.75, 0.85].map { accuracy in
      TrialScore(Score(count: 20, loss: 1 - accuracy, top1: accuracy, top5: 1), epochs: 5)
    }
    let score = TrialScore(folds: folds)
    #expect(abs(score.accuracy - 0.775) < 1e-12 && abs(score.loss - 0.225) < 1e-12 && score.folds.count == 4)
    // The deviation is 0.0645497, t of three degrees 3.182446.
    #expect(abs(score.interval.low - 0.672287) < 1e-6 && abs(score.interval.high - 0.877713) < 1e-6)
  }

  @Test func ranksByAccuracyThenLossThenNumber() {
    func score(_ accuracy: Double, _ loss: Double) -> TrialScore {
      TrialScore(accuracy: accuracy, interval: .init(low: 0, high: 1), loss: loss, epochs: 1)
    }
    #expect(TrialScore.precedes(score(0.9, 2), 5, score(0.8, 1), 1))
    #expect(TrialScore.precedes(score(0.9, 1), 5, score(0.9, 2), 1))
    #expect(TrialScore.precedes(score(0.9, 1), 1, score(0.9, 1), 5))
    #expect(TrialScore.precedes(score(0.9, 1), 5, score(0.9, .nan), 1))
    #expect(!TrialScore.precedes(score(0.9, .nan), 1, score(0.9, 1), 5))
  }
}
