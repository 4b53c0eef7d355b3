/// Rows of text aligned in columns: the leading columns to the left, the others (numbers) to the right.
struct TextTable: Sendable, Equatable {
  var header: [String]
  var rows: [[String]]
  /// How many columns, from the first, are aligned to the left.
  var leftColumns = 1
  /// Whether the last column is text too.
  var endsInText = false

  /// The table's lines, columns two spaces apart, no trailing spaces, no line for an empty header.
  var lines: [String] {
    let table = (header.isEmpty ? [] : [header]) + rows
    let columns = table.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      table.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return table.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        let isText = column < leftColumns || endsInText && column == columns - 1
        return isText ? cell + padding : padding + cell
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
