import Convoy

/// What an export says, as text.
enum ExportText {
  /// Where the file is and what is in it.
  static func result(_ report: ExportReport) -> String {
    let folded =
      report.foldedBatchNorms == 0 ? "" : ", \(Quantity.count(report.foldedBatchNorms, "batch norm")) folded"
    return "\(report.output): \(report.network) as \(report.format.rawValue), "
      + "\(Quantity.count(report.tensors, "tensor"))\(folded), \(Quantity.bytes(report.bytes))"
  }
}
