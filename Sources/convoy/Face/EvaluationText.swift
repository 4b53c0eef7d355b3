import Convoy

/// An evaluation as lines of text.
enum EvaluationText {
  /// Up to this many classes the confusion matrix is shown whole; beyond, only its largest entries.
  private static let widestMatrix = 25
  private static let confusionsShown = 10

  static func lines(_ report: EvaluationReport) -> [String] {
    classTable(report.classes) + [""] + confusion(report) + [""]
  }

  /// The members of an ensemble and the whole, and of that what ``lines(_:)`` says of one model.
  static func lines(_ report: EnsembleReport) -> [String] {
    let rows = (report.members + [report.ensemble]).map { member in
      let score = member.score
      return [
        member.model, Quantity.percent(score.top1, decimals: 2), Quantity.percent(score.top5, decimals: 2),
        Quantity.loss(score.loss),
      ]
    }
    let best = report.bestMember
    let gain = Quantity.points(report.ensemble.score.top1 - best.score.top1)
    return TextTable(header: ["model", "top-1", "top-5", "loss"], rows: rows).lines
      + ["Top-1 of the ensemble against its best member, \(best.model): \(gain)", ""]
      + lines(report.ensemble)
  }

  /// The one line that `--quiet` keeps.
  static func result(_ report: EvaluationReport) -> String {
    let score = report.score
    return "top-1 \(Quantity.percent(score.top1, decimals: 2))  "
      + "top-5 \(Quantity.percent(score.top5, decimals: 2))  loss \(Quantity.loss(score.loss))  "
      + "(\(Quantity.count(score.count, "image")))"
  }

  private static func classTable(_ classes: [EvaluationReport.ClassReport]) -> [String] {
    let share = { (value: Double?) in value.map { Quantity.percent($0) } ?? "-" }
    let rows = classes.map {
      [$0.name, Quantity.grouped($0.count), share($0.precision), share($0.recall), share($0.f1)]
    }
    return TextTable(header: ["class", "images", "precision", "recall", "F1"], rows: rows).lines
  }

  private static func confusion(_ report: EvaluationReport) -> [String] {
    let names = report.classes.map(\.name)
    guard names.count > widestMatrix else {
      let rows = report.confusion.enumerated().map { index, row in
        ["\(index) \(names[index])"] + row.map(String.init)
      }
      return ["Confusion matrix, a row for each true class, a column for each predicted one:"]
        + TextTable(header: [""] + names.indices.map(String.init), rows: rows).lines
    }
    let wrong = report.confusion.enumerated().flatMap { truth, row in
      row.enumerated().filter { $0.offset != truth && $0.element > 0 }
        .map { (truth: truth, given: $0.offset, count: $0.element) }
    }
    let largest = wrong.sorted { ($1.count, $0.truth, $0.given) < ($0.count, $1.truth, $1.given) }
    let rows = largest.prefix(confusionsShown).map {
      [names[$0.truth], names[$0.given], Quantity.grouped($0.count)]
    }
    return ["Most frequent confusions (--json has the whole matrix):"]
      + TextTable(header: ["true class", "predicted", "images"], rows: Array(rows), leftColumns: 2).lines
  }
}
