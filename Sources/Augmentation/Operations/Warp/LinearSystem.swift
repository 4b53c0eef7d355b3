/// A system of linear equations with several right sides.
struct LinearSystem {
  /// The rows: coefficients, then the right sides.
  var rows: [[Double]]

  /// The unknowns, one row each with a value for each right side; nil where they are not determined.
  ///
  /// Gauss's elimination with the largest pivot of a column; O(n^3).
  consuming func solution() -> [[Double]]? {
    let count = rows.count
    for column in 0..<count {
      var pivot = column
      for row in column..<count where abs(rows[row][column]) > abs(rows[pivot][column]) { pivot = row }
      guard abs(rows[pivot][column]) > 1e-9 else { return nil }
      rows.swapAt(column, pivot)
      for row in 0..<count where row != column {
        let factor = rows[row][column] / rows[column][column]
        if factor == 0 { continue }
        for index in column..<rows[row].count { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return (0..<count).map { row in rows[row][count...].map { $0 / rows[row][row] } }
  }
}

extension ProjectiveMap {
  /// The map that takes four points, given as columns and rows, to four others; nil where three are in line.
  init?(from: [[Int]], to: [[Int]], size: ImageSize) {
    let (middleX, middleY) = (Double(size.width) / 2, Double(size.height) / 2)
    var rows: [[Double]] = []
    for (a, b) in zip(from, to) {
      let (x, y) = (Double(a[0]) - middleX, Double(a[1]) - middleY)
      let (u, v) = (Double(b[0]) - middleX, Double(b[1]) - middleY)
      rows.append([x, y, 1, 0, 0, 0, -x * u, -y * u, u])
      rows.append([0, 0, 0, x, y, 1, -x * v, -y * v, v])
    }
    guard let solved = LinearSystem(rows: rows).solution() else { return nil }
    let n = solved.map { $0[0] }
    self.init(xx: n[0], xy: n[1], x0: n[2], yx: n[3], yy: n[4], y0: n[5], wx: n[6], wy: n[7])
    if !isModerate { return nil }
  }
}
