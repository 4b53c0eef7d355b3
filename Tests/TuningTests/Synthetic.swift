import Foundation
import Training

@testable import Tuning

/// Objectives that cost nothing, in place of trainings.
enum Synthetic {
  /// A space of a rate, a share, a whole number and a choice.
  static func space() throws -> SearchSpace { try SearchSpace(text, path: "synthetic.yaml") }

  static let text = """
    lr: {log-uniform: [1e-5, 1]}
    momentum: {uniform: [0, 0.99]}
    batch-size: {integer: [8, 256], log: true}
    precision: [auto, fp32, bf16]
    """

  /// The best accuracy, 1, is at a rate of 0.01, a momentum of 0.7, batches of 64 and fp32.
  static func accuracy(_ point: SearchPoint) -> Double {
    var accuracy = 1.0
    for (index, value) in point.enumerated() {
      switch (index, value) {
      case (0, .number(let rate)): accuracy -= 0.5 * pow((log10(rate) + 2) / 3, 2)
      case (1, .number(let momentum)): accuracy -= 0.5 * pow(momentum - 0.7, 2)
      case (2, .number(let size)): accuracy -= 0.3 * pow(log2(size / 64) / 3, 2)
      case (3, .choice(let index)): accuracy -= [0.1, 0, 0.2][index]
      default: break
      }
    }
    return accuracy
  }

  static func score(_ accuracy: Double, epochs: Int = 1) -> TrialScore {
    TrialScore(
      accuracy: accuracy, interval: .init(low: accuracy, high: accuracy), loss: 1 - accuracy, epochs: epochs)
  }

  /// Runs a strategy to its end.
  /// - Parameter score: of a trial, its point and its rung; nil fails.
  static func run(
    _ strategy: any SearchStrategy, moves: inout [SearchMove], limit: Int = 10_000,
    score: (Int, SearchPoint, Int) -> Double?
  ) -> SearchHistory {
    var history = SearchHistory()
    while moves.count < limit, let move = strategy.next(after: history) {
      moves.append(move)
      if move.trial == history.trials.count { history.trials.append(SearchHistory.Trial(point: move.point)) }
      if let accuracy = score(move.trial, move.point, move.rung) {
        history.trials[move.trial].scores.append(self.score(accuracy))
      } else {
        history.trials[move.trial].failure = "failed"
      }
    }
    return history
  }
}
