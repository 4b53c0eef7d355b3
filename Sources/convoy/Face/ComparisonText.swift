import Convoy

/// What `convoy diff` says.
enum ComparisonText {
  /// What the runs were not made of alike, and where they part.
  /// - Parameter isWhole: also what no result depends on, and every tensor that differs.
  static func lines(_ comparison: RunComparison, isWhole: Bool) -> [String] {
    let facts = comparison.facts.filter { isWhole || $0.matters }
    let rows = facts.map { [$0.name, $0.first ?? "(none)", $0.second ?? "(none)"] }
    var lines =
      rows.isEmpty ? [] : TextTable(header: ["", "first", "second"], rows: rows, leftColumns: 3).lines
    if let parting = comparison.parting {
      if parting.losses.count == 2 {
        lines.append("losses at the step: \(parting.losses[0]) and \(parting.losses[1])")
      }
      if isWhole { lines.append("different there: \(parting.columns.joined(separator: ", "))") }
    }
    return lines
  }

  /// The one line that `--quiet` keeps.
  static func result(_ comparison: RunComparison) -> String {
    let steps = Quantity.count(comparison.steps, "step")
    switch comparison.outcome {
    case .equal:
      let sha = comparison.weightsSHA256[0].map { ", sha-256 \($0)" } ?? ""
      return "equal: \(steps)\(sha)"
    case .firstIsPrefix: return prefix(comparison.runs[0], of: comparison.runs[1], steps)
    case .secondIsPrefix: return prefix(comparison.runs[1], of: comparison.runs[0], steps)
    case .different: return different(comparison.parting, steps)
    }
  }

  private static func prefix(_ shorter: String, of longer: String, _ steps: String) -> String {
    "the beginning: \(shorter) ends after \(steps), which are the same in \(longer)"
  }

  private static func different(_ parting: Parting?, _ steps: String) -> String {
    guard let parting, let step = parting.step else {
      let what = parting?.columns == ["step"] ? "the steps" : "the tensors"
      return "different: the logs do not have \(what) of each other"
    }
    let others = parting.tensors.count - 1
    return "different: step \(step) of epoch \(parting.epoch ?? 0), first in "
      + (parting.tensor ?? parting.columns.first ?? "")
      + (others > 0 ? " and \(Quantity.count(others, "other tensor"))" : "")
      + "; \(steps) before it are equal"
  }
}
