import Convoy
import Foundation

/// What `convoy doctor` says, for people.
enum DoctorText {
  /// So many of each finding are named without `--verbose`.
  private static let mostShown = 5
  /// So many classes are listed without `--verbose`.
  private static let mostClasses = 30

  static func verdict(_ report: DoctorReport) -> String {
    let images = Quantity.count(report.images, "image")
    let count = report.findings.reduce(0) { $0 + $1.items.count }
    let harm = report.findings.filter(\.isHarmful).reduce(0) { $0 + $1.items.count }
    return switch report.verdict {
    case .sound: "\(report.path): sound; \(images), nothing found"
    case .flawed: "\(report.path): usable; \(images), \(Quantity.count(count, "thing")) worth a look"
    case .harmful:
      "\(report.path): training would be harmed; \(images), \(Quantity.count(harm, "fault"))"
        + (count > harm ? " and \(Quantity.count(count - harm, "thing")) worth a look" : "")
    }
  }

  static func lines(_ report: DoctorReport, all: Bool) -> [String] {
    report.findings.flatMap { finding($0, all: all) } + [""] + classes(report, all: all) + [""]
      + facts(report)
  }

  private static func finding(_ finding: Finding, all: Bool) -> [String] {
    let shown = all ? finding.items[...] : finding.items.prefix(mostShown)
    let more = finding.items.count - shown.count
    return ["", "\(finding.isHarmful ? "FAULT" : "note")  \(finding.items.count) x \(finding.kind.title)"]
      + shown.map { item in
        let files = item.files.joined(separator: " = ")
        return "  " + [files, item.detail].filter { !$0.isEmpty }.joined(separator: ": ")
      } + (more > 0 ? ["  and \(Quantity.grouped(more)) more (--verbose)"] : [])
  }

  private static func classes(_ report: DoctorReport, all: Bool) -> [String] {
    var counts: [String: [Int]] = [:]
    for (index, part) in report.parts.enumerated() {
      for share in part.classes {
        counts[share.name, default: [Int](repeating: 0, count: report.parts.count)][index] = share.images
      }
    }
    let names = counts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let shown = all ? names[...] : names.prefix(mostClasses)
    var rows = shown.map { name in [name] + (counts[name] ?? []).map(Quantity.grouped) }
    rows.append(["all"] + report.parts.map { Quantity.grouped($0.images) })
    let table = TextTable(header: ["class"] + report.parts.map(\.name), rows: rows).lines
    let more = names.count - shown.count
    return table + (more > 0 ? ["\(Quantity.grouped(more)) classes are not shown (--verbose)"] : [])
  }

  private static func facts(_ report: DoctorReport) -> [String] {
    func shares(_ title: String, _ shares: [DoctorReport.Share], _ name: (String) -> String = { $0 })
      -> [String]
    {
      let parts = shares.map { "\(Quantity.grouped($0.images)) \(name($0.name))" }
      return parts.isEmpty ? [] : ["\(title): \(parts.joined(separator: ", "))"]
    }
    var lines = shares("formats", report.formats)
    lines += shares("channels", report.channels) {
      ["1": "grey", "3": "colour", "4": "with alpha"][$0] ?? $0
    }
    if report.orientations.count > 1 {
      lines += shares("orientations", report.orientations) { "of EXIF's \($0)" }
    }
    if let width = report.width, let height = report.height {
      lines.append(
        "size: \(width.smallest)x\(height.smallest) to \(width.largest)x\(height.largest), "
          + "median \(width.median)x\(height.median)")
    }
    if let statistics = report.statistics {
      func list(_ values: [Double]) -> String {
        values.map { String(format: "%.4f", $0) }.joined(separator: ", ")
      }
      lines.append("mean \(list(statistics.mean)); deviation \(list(statistics.std))")
    }
    return lines
  }
}
