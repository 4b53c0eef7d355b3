import Convoy

/// What the loss of each class is multiplied by, as text.
extension RunText {
  /// The lines of a summary; none where all classes are alike.
  static func classWeights(_ weights: [RunSummary.ClassWeight]?) -> [String] {
    guard let weights else { return [] }
    let rows = weights.map { [PlainText.line($0.name), Quantity.rounded($0.weight)] }
    return TextTable(header: ["class", "weight"], rows: rows, leftColumns: 1).lines
  }
}
