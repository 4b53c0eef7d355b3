/// Small systems of linear equations with more equations than unknowns.
enum LeastSquares {
  /// The unknowns for which the squares of `rows * unknowns - values` have the least sum, by the normal equations;
  /// nil where the rows do not determine them.
  static func solve(_ rows: [[Double]], _ values: [Double]) -> [Double]? {
    let count = rows.first?.count ?? 0
    var system = (0..<count).map { i in
      (0..<count).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } }
        + [zip(rows, values).reduce(0) { $0 + $1.0[i] * $1.1 }]
    }
    // Gauss with the largest pivot.
    for column in 0..<count {
      let largest = (column..<count).max { abs(system[$0][column]) < abs(system[$1][column]) }
      guard let pivot = largest, abs(system[pivot][column]) > 1e-12 else { return nil }
      system.swapAt(column, pivot)
      for row in 0..<count where row != column {
        let factor = system[row][column] / system[column][column]
        for k in column...count { system[row][k] -= factor * system[column][k] }
      }
    }
    return (0..<count).map { system[$0][count] / system[$0][$0] }
  }
}
