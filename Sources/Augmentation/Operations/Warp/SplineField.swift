/// A thin-plate spline through the moves of a grid's points.
///
/// It is computed on a lattice of a 64th of the longer side, and at most 4 pixels, and linear in between: a few
/// hundredths of a pixel away from the spline itself.
struct SplineField: SourceField {
  private let size: ImageSize
  private let step: Int
  private let columns: Int
  /// The displacements at the lattice's points, row by row, in pixels.
  private let x, y: [Double]

  /// Nil where the points do not determine the spline.
  /// - Parameters:
  ///   - points: how many there are along either side of the grid.
  ///   - moves: for each point, row by row, how far away its value comes from, in widths and heights.
  init?(points: Int, moves: [[Double]], size: ImageSize) {
    let places = (0..<points * points).map {
      SIMD2(Double($0 % points), Double($0 / points)) / Double(points - 1)
    }
    let none = [Double](repeating: 0, count: 3)
    var rows = places.indices.map { i in
      places.map { Self.bend(places[i] - $0) } + [1, places[i].x, places[i].y] + moves[i]
    }
    for term in 0..<3 { rows.append(places.map { term == 0 ? 1 : $0[term - 1] } + none + [0, 0]) }
    guard let solved = LinearSystem(rows: rows).solution() else { return nil }
    let weights = solved.map { SIMD2($0[0], $0[1]) }

    self.size = size
    step = min(4, max(1, max(size.width, size.height) / 64))
    columns = (size.width - 1) / step + 2
    let lines = (size.height - 1) / step + 2
    let scale = SIMD2(Double(size.width), Double(size.height))
    var values: (x: [Double], y: [Double]) = ([], [])
    for line in 0..<lines {
      for column in 0..<columns {
        let place = (SIMD2(Double(column * step), Double(line * step)) + 0.5) / scale
        var move = weights[places.count] + weights[places.count + 1] * place.x
        move += weights[places.count + 2] * place.y
        for (index, point) in places.enumerated() { move += weights[index] * Self.bend(place - point) }
        values.x.append(move.x * scale.x)
        values.y.append(move.y * scale.y)
      }
    }
    (x, y) = values
  }

  /// r^2 log r^2.
  private static func bend(_ offset: SIMD2<Double>) -> Double {
    let square = (offset * offset).sum()
    return square == 0 ? 0 : square * logarithm(square)
  }

  func fill(_ positions: FieldRow, row: Int) {
    let (line, down) = (row / step * columns, Double(row % step) / Double(step))
    for column in 0..<size.width {
      let (place, across) = (line + column / step, Double(column % step) / Double(step))
      let moveX = Self.between(x, place, columns, across, down)
      let moveY = Self.between(y, place, columns, across, down)
      positions.x[column] = Double(column) + moveX
      positions.y[column] = Double(row) + moveY
    }
  }

  @inline(__always)
  private static func between(
    _ values: [Double], _ place: Int, _ columns: Int, _ across: Double, _ down: Double
  ) -> Double {
    let above = values[place] + (values[place + 1] - values[place]) * across
    let next = place + columns
    let below = values[next] + (values[next + 1] - values[next]) * across
    return above + (below - above) * down
  }
}
