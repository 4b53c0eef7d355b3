import Convoy

/// What `convoy train --explain` says.
enum ExplanationText {
  /// A row for each option; before the reason stands the default where the value is another.
  static func lines(_ explanation: RunExplanation) -> [String] {
    let rows = explanation.options.map { row in
      [
        row.option, value(row.value), "\(row.source)",
        (row.standard.map { "\(value($0)): " } ?? "") + row.why,
      ]
    }
    return TextTable(
      header: ["option", "value", "from", "why the default is so"], rows: rows, leftColumns: 4
    ).lines
  }

  /// A value as a file states it: texts without quotes.
  private static func value(_ json: String?) -> String {
    guard let json else { return "-" }
    let isText = json.hasPrefix("\"") && json.hasSuffix("\"") && !json.dropFirst().dropLast().contains("\\")
    return isText ? String(json.dropFirst().dropLast()) : json
  }
}
