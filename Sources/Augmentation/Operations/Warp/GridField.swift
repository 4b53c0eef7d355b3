/// Where the pixels of an image on rubber come from: columns and rows are stretched each for themselves.
struct GridField: SourceField {
  private let x, y: [Double]

  /// Stretches between lines, which are at equal distances in the result.
  /// - Parameters:
  ///   - columns: where the lines between columns come from, as fractions of the width.
  ///   - rows: where the lines between rows come from, as fractions of the height.
  init(columns: [Double], rows: [Double], size: ImageSize) {
    x = Self.places(columns, count: size.width)
    y = Self.places(rows, count: size.height)
  }

  private static func places(_ lines: [Double], count: Int) -> [Double] {
    let steps = Double(lines.count - 1)
    return (0..<count).map { index in
      let place = (Double(index) + 0.5) / Double(count) * steps
      let line = min(Int(place), lines.count - 2)
      let source = lines[line] + (lines[line + 1] - lines[line]) * (place - Double(line))
      return source * Double(count) - 0.5
    }
  }

  func fill(_ positions: FieldRow, row: Int) {
    for column in x.indices {
      positions.x[column] = x[column]
      positions.y[column] = y[row]
    }
  }
}
