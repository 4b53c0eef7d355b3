import Convoy
import Foundation
import Synchronization

/// What `convoy find-lr` says.
enum RangeTestText {
  /// The curve, and a row for each suggestion.
  static func lines(_ test: LearningRateRangeTest, width: Int) -> [String] {
    let rows = test.suggestions.map { suggestion in
      [
        suggestion.rule.rawValue, Quantity.rounded(suggestion.learningRate), explanation(suggestion.rule),
      ]
    }
    return plot(test, width: width) + [ending(test)]
      + (rows.isEmpty ? [] : TextTable(header: ["rule", "lr"], rows: rows, endsInText: true).lines)
  }

  /// The one line that `--quiet` keeps.
  static func result(_ recommended: LearningRateRangeTest.Suggestion) -> String {
    "recommended: --lr \(short(recommended.learningRate)) (\(recommended.rule.rawValue))"
  }

  /// What to do where the curve ends too early.
  static func fallsToTheEnd(_ test: LearningRateRangeTest) -> String {
    "the loss was still falling at the last learning rate, \(short(test.sweep.to)); try a higher --to"
  }

  /// The losses and their running mean; where they explode only the beginning is shown.
  private static func plot(_ test: LearningRateRangeTest, width: Int) -> [String] {
    let highest = 1.5 * (test.points.first?.loss ?? 1)
    let curve = { (loss: (LearningRateRangeTest.Point) -> Double) in
      test.points.map { TextPlot.Point(x: $0.learningRate, y: min(loss($0), highest)) }
    }
    let suggestions = test.suggestions.map { suggestion in
      TextPlot.Curve(
        points: [TextPlot.Point(x: suggestion.learningRate, y: test.smoothedLoss(near: suggestion))],
        mark: mark(suggestion.rule), name: suggestion.rule.rawValue)
    }
    return TextPlot(
      curves: [
        TextPlot.Curve(points: curve(\.loss), mark: ".", name: "loss"),
        TextPlot.Curve(points: curve(\.smoothedLoss), mark: "*", name: "its running mean"),
      ] + suggestions,
      title: "training loss", label: "learning rate", width: min(width, 100), hasLogX: true
    ).lines
  }

  private static func ending(_ test: LearningRateRangeTest) -> String {
    let steps = Quantity.count(test.points.count, "step")
    let rates =
      "learning rates from \(short(test.sweep.from)) to \(short(test.points.last?.learningRate ?? 0))"
    return test.ending == .diverged
      ? "\(steps) with \(rates), where the loss diverged" : "\(steps) with \(rates)"
  }

  private static func explanation(_ rule: LearningRateRangeTest.Rule) -> String {
    switch rule {
    case .steepest: "where the loss falls fastest"
    case .valley: "half way down the longest fall"
    case .lowest: "half the rate of the lowest loss"
    }
  }

  private static func mark(_ rule: LearningRateRangeTest.Rule) -> Character {
    switch rule {
    case .steepest: "S"
    case .valley: "V"
    case .lowest: "L"
    }
  }

  private static func short(_ rate: Double) -> String { String(format: "%.2g", rate) }
}

/// Tells a range test on the console as it goes.
final class RangeTestReporter: RunObserver {
  private let console: Console
  private let steps: Int
  private let clock = WorkClock()
  private let done = Mutex(0)

  init(console: Console, sweep: LearningRateSweep) {
    self.console = console
    steps = sweep.steps
  }

  func receive(_ event: RunEvent) {
    switch event {
    case .progress(let progress):
      let done = done.withLock { done in
        done += 1
        return done
      }
      var line = clock.line(title: "find-lr", done: done, total: steps)
      line.imagesPerSecond = progress.imagesPerSecond
      console.progress(line)
    case .warning(let warning): console.warning(warning.description)
    case .stalled(let stall): HangingRun.end(stall)
    case .started, .unfrozen, .epochFinished, .profiled, .checkpointSaved, .finished: break
    }
  }
}
