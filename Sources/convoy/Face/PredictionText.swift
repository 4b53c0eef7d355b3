import Convoy

/// Predictions as lines of text and as CSV.
enum PredictionText {
  /// A line an image: path, best class, its probability, the runners-up. With several models one for each of them
  /// below, where that is wanted.
  static func lines(_ predictions: [Prediction], top: Int, withMembers: Bool = true) -> [String] {
    let rows = predictions.flatMap { prediction in
      [row(prediction.path, prediction.classes, top: top)]
        + (withMembers ? prediction.members ?? [] : []).map { row("  \($0.model)", $0.classes, top: top) }
    }
    return TextTable(header: [], rows: rows, leftColumns: 3).lines
  }

  private static func row(_ title: String, _ classes: [Prediction.RankedClass], top: Int) -> [String] {
    let ranked = classes.prefix(top).map { "\($0.name) \(Quantity.percent($0.probability))" }
    let others = ranked.dropFirst().joined(separator: ", ")
    return [title, ranked.first ?? "", others.isEmpty ? "" : "(\(others))"]
  }

  /// A header, then a row an image: `path,class_1,probability_1,class_2,…`, and of several models
  /// `member_1_class,member_1_probability,…`.
  static func csv(_ predictions: [Prediction], top: Int) -> [String] {
    let columns = min(top, predictions.map(\.classes.count).max() ?? 0)
    let members = predictions.first?.members?.count ?? 0
    let header =
      ["path"] + (1...max(1, columns)).flatMap { ["class_\($0)", "probability_\($0)"] }
      + (0..<members).flatMap { ["member_\($0 + 1)_class", "member_\($0 + 1)_probability"] }
    let rows = predictions.map { prediction in
      [prediction.path] + prediction.classes.prefix(top).flatMap { [$0.name, "\($0.probability)"] }
        + (prediction.members ?? []).flatMap { member in
          member.classes.prefix(1).flatMap { [$0.name, "\($0.probability)"] }
        }
    }
    return ([header] + rows).map(CSV.line)
  }
}
