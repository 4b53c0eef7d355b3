import Foundation

/// Curves drawn with characters, with numbers on both axes.
struct TextPlot: Sendable, Equatable {
  /// A point of a curve; one that is not finite is left out.
  struct Point: Sendable, Equatable {
    var x, y: Double
  }

  /// Points that belong together, in the order in which they are joined.
  struct Curve: Sendable, Equatable {
    var points: [Point]
    /// What it is drawn with; a curve is drawn over those before it.
    var mark: Character = "*"
    /// What the legend calls it; nil leaves it out of the legend.
    var name: String?
  }

  var curves: [Curve]
  /// What the values are: stands above the plot.
  var title: String
  /// What the horizontal axis counts.
  var label: String
  /// Columns of the whole text, and rows of the plot without its axis, title and legend.
  var width = 78, height = 16
  /// Whether the horizontal axis is logarithmic; points at 0 and below are then left out.
  var hasLogX = false

  /// The text: title, plot, axis, numbers, label, legend. One line where no point can be drawn.
  var lines: [String] {
    let drawn = curves.map { curve in
      curve.points.filter { $0.x.isFinite && $0.y.isFinite && (!hasLogX || $0.x > 0) }
        .map { Point(x: hasLogX ? log10($0.x) : $0.x, y: $0.y) }
    }
    let points = drawn.joined()
    guard let left = points.map(\.x).min(), let right = points.map(\.x).max(),
      let bottom = points.map(\.y).min(), let top = points.map(\.y).max()
    else { return ["\(title): nothing to draw"] }

    let vertical = AxisTicks(from: bottom, to: top, atMost: max(2, height / 3))
    let rows = Scale(from: vertical.first, to: vertical.last, cells: height)
    let margin = vertical.labels.map(\.count).max() ?? 0
    let columns = Scale(from: left, to: right, cells: max(10, width - margin - 3))
    var canvas = [[Character]](
      repeating: [Character](repeating: " ", count: columns.cells), count: height)
    for (curve, points) in zip(curves, drawn) {
      let places = points.map { (column: columns.cell(of: $0.x), row: height - 1 - rows.cell(of: $0.y)) }
      for (index, place) in places.enumerated() {
        let before = places[max(0, index - 1)]
        // A line to each point from the one before, without gaps in either direction.
        let count = max(1, abs(place.column - before.column), abs(place.row - before.row))
        for part in 0...count {
          let share = Double(part) / Double(count)
          let row = Double(before.row) + share * Double(place.row - before.row)
          let column = Double(before.column) + share * Double(place.column - before.column)
          canvas[Int(row.rounded())][Int(column.rounded())] = curve.mark
        }
      }
    }

    let labelOfRow = Dictionary(
      zip(vertical.values.map { height - 1 - rows.cell(of: $0) }, vertical.labels)
    ) { first, _ in first }
    let body = canvas.enumerated().map { row, characters in
      let label = labelOfRow[row]
      return Self.trimmed(
        Self.padded(label ?? "", to: margin) + (label == nil ? " |" : " +") + String(characters))
    }
    return [title] + body + axis(columns, left, right, margin) + legend(margin)
  }
}

extension TextPlot {
  /// The horizontal axis with its numbers and its label.
  private func axis(_ columns: Scale, _ left: Double, _ right: Double, _ margin: Int) -> [String] {
    let ticks =
      hasLogX
      ? AxisTicks(fromPower: left, to: right, atMost: columns.cells / 12)
      : AxisTicks(from: left, to: right, atMost: max(2, columns.cells / 12))
    var line = [Character](repeating: "-", count: columns.cells)
    var numbers = [Character](repeating: " ", count: columns.cells + margin + 2)
    var free = 0
    for (value, label) in zip(ticks.values, ticks.labels) where value >= left && value <= right {
      let column = columns.cell(of: value)
      let first = max(0, min(margin + 2 + column - label.count / 2, numbers.count - label.count))
      line[column] = "+"
      if first < free { continue }
      for (offset, character) in label.enumerated() { numbers[first + offset] = character }
      free = first + label.count + 1
    }
    let indent = String(repeating: " ", count: margin + 1)
    let centre = String(repeating: " ", count: max(0, (columns.cells - label.count) / 2 + 1))
    return [indent + "+" + String(line), Self.trimmed(String(numbers)), indent + centre + label]
  }

  private func legend(_ margin: Int) -> [String] {
    let names = curves.compactMap { curve in curve.name.map { "\(curve.mark) \($0)" } }
    return names.isEmpty
      ? [] : [String(repeating: " ", count: margin + 2) + names.joined(separator: "   ")]
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: width - text.count) + text
  }

  private static func trimmed(_ text: String) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }

  /// Which cell of a row of cells a value falls into.
  private struct Scale {
    let low, high: Double
    let cells: Int

    init(from low: Double, to high: Double, cells: Int) {
      self.low = low
      self.high = high
      self.cells = cells
    }

    func cell(of value: Double) -> Int {
      guard high > low else { return cells / 2 }
      let place = ((value - low) / (high - low) * Double(cells - 1)).rounded()
      return min(max(Int(place), 0), cells - 1)
    }
  }
}
