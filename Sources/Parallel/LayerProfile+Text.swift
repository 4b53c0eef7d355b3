import Foundation
import Networks

extension LayerProfile {
  /// The rows added up over the layers that share operation, pass and kernel; their layer is how many these are.
  public var kernels: [ProfileRow] {
    var layers: [[String]: Set<String>] = [:]
    let key = { (row: ProfileRow) in [row.operation, row.pass.rawValue, row.kernel] }
    for row in rows { layers[key(row), default: []].insert(row.layer) }
    let anonymous = rows.map { row in
      var row = row
      let count = layers[key(row)]?.count ?? 0
      row.layer = count == 1 ? "1 layer" : "\(count) layers"
      return row
    }
    return Self.aggregate(anonymous, steps: 1)
  }

  /// The phases of a step, one a line.
  public var phaseLines: [String] {
    let parts = [
      ("weights converted", phases.weights), ("shards computed", phases.shards),
      ("weights updated", phases.update),
    ]
    let rows = parts.map { name, seconds in
      [name, Self.milliseconds(seconds) + " ms", Self.percent(seconds / phases.total)]
    }
    return Self.aligned(rows, leftColumns: 1)
      + ["workers compute for \(Self.percent(workerUse)) of the time in which shards are computed"]
  }

  /// `rows` as a table: the longest time first, with its share of all and the speed reached.
  /// - Parameter rows: this profile's ``rows`` or ``kernels``.
  public func table(_ rows: [ProfileRow]) -> [String] {
    let header = ["layer", "operation", "pass", "kernel", "ms", "share", "GFLOP/s"]
    let whole = seconds
    let sorted = rows.enumerated().sorted {
      ($1.element.seconds, $0.offset) < ($0.element.seconds, $1.offset)
    }
    let cells = sorted.map { _, row in
      [
        row.layer, row.operation, row.pass.rawValue, row.kernel, Self.milliseconds(row.seconds),
        Self.percent(whole > 0 ? row.seconds / whole : 0),
        row.flops.map { row.seconds > 0 ? String(format: "%.0f", $0 / row.seconds / 1e9) : "" } ?? "",
      ]
    }
    return Self.aligned([header] + cells, leftColumns: 4)
  }

  private static func milliseconds(_ seconds: Double) -> String { String(format: "%.3f", seconds * 1e3) }

  private static func percent(_ share: Double) -> String {
    share.isFinite ? String(format: "%.1f%%", share * 100) : "-"
  }

  /// Columns two spaces apart, the leading ones aligned to the left and the others to the right.
  private static func aligned(_ rows: [[String]], leftColumns: Int) -> [String] {
    let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < leftColumns ? cell + space : space + cell
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
