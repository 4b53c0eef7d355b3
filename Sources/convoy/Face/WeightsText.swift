import Convoy

/// What became of the tensors of a weights file, as text.
enum WeightsText {
  /// One line: what was loaded, what is new, and what the file has besides.
  static func line(_ weights: WeightsRecord) -> String {
    let report = weights.report
    var parts = ["\(Quantity.count(report.loaded.count, "tensor")) loaded by \(report.naming)'s names"]
    if let epsilon = report.batchNormEpsilon { parts.append("batch norms take over its epsilon \(epsilon)") }
    if let head = report.newHead { parts.append("the classifier \(head) starts anew") }
    let others = report.new.filter { name in !(report.newHead.map { name.hasPrefix($0 + ".") } ?? false) }
    if !others.isEmpty { parts.append("\(list(others)) \(others.count == 1 ? "starts" : "start") anew") }
    if !report.leftOut.isEmpty { parts.append("left out: \(list(report.leftOut))") }
    return "weights \(weights.path): \(parts.joined(separator: "; "))"
  }

  /// Every tensor, for `--verbose`.
  static func details(_ weights: WeightsRecord) -> [String] {
    let report = weights.report
    return ["weights  sha-256 \(weights.sha256)"]
      + report.loaded.map { "loaded  \($0)" } + report.new.map { "new  \($0)" }
      + report.leftOut.map { "left out  \(PlainText.line($0))" }
  }

  /// Up to four names, then how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(4).map { PlainText.line($0, limit: 80) }.joined(separator: ", ")
    return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
  }
}
