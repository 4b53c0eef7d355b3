import Convoy

/// Predictions as lines of text and as CSV.
enum PredictionText {
  /// A line an image: path, best class, its probability, the runners-up.
  static func lines(_ predictions: [Prediction], top: Int) -> [String] {
    let rows = predictions.map { prediction in
      let ranked = prediction.classes.prefix(top).map { "\($0.name) \(Quantity.percent($0.probability))" }
      let others = ranked.dropFirst().joined(separator: ", ")
      return [prediction.path, ranked.first ?? "", others.isEmpty ? "" : "(\(others))"]
    }
    return TextTable(header: [], rows: rows, leftColumns: 3).lines
  }

  /// A header, then a row an image: `path,class_1,probability_1,class_2,…`.
  static func csv(_ predictions: [Prediction], top: Int) -> [String] {
    let columns = min(top, predictions.map(\.classes.count).max() ?? 0)
    let header = ["path"] + (1...max(1, columns)).flatMap { ["class_\($0)", "probability_\($0)"] }
    let rows = predictions.map { prediction in
      [prediction.path] + prediction.classes.prefix(top).flatMap { [$0.name, "\($0.probability)"] }
    }
    return ([header] + rows).map(CSV.line)
  }
}
