import Randomness

/// A random matrix with orthonormal rows or columns, whichever are fewer, uniform over all such matrices: normal draws,
/// made orthonormal one after another by Gram's and Schmidt's method, again where rounding would show.
///
/// Source: Saxe, McClelland, Ganguli, ICLR 2014; "twice is enough": Giraud, Langou, Rozložník, "The loss of
/// orthogonality in the Gram-Schmidt orthogonalization process", 2005.
struct OrthogonalMatrix {
  /// Its rows or columns, whichever are fewer.
  private let count: Int
  private let length: Int
  private let isByRows: Bool
  /// Words of a vector; what is beyond its length is 0.
  private let words: Int
  private var vectors: [SIMD8<Double>]

  /// Draws a matrix.
  init(rows: Int, columns: Int, from stream: inout RandomStream) {
    count = min(rows, columns)
    length = max(rows, columns)
    isByRows = rows <= columns
    words = (length + 7) / 8
    vectors = [SIMD8<Double>](repeating: .zero, count: count * words)
    for vector in 0..<count {
      for index in 0..<length { vectors[vector * words + index / 8][index % 8] = stream.normal() }
    }
    for vector in 0..<count {
      let before = product(vector, vector)
      makeOrthogonal(vector)
      // Where little is left, its rounding errors are no longer orthogonal to the others.
      if product(vector, vector) < before / 2 { makeOrthogonal(vector) }
      let scale = 1 / product(vector, vector).squareRoot()
      for word in 0..<words { vectors[vector * words + word] *= scale }
    }
  }

  /// The values, row after row.
  var values: [Double] {
    func value(_ vector: Int, _ index: Int) -> Double { vectors[vector * words + index / 8][index % 8] }
    return isByRows
      ? (0..<count).flatMap { row in (0..<length).map { value(row, $0) } }
      : (0..<length).flatMap { row in (0..<count).map { value($0, row) } }
  }

  /// The inner product of two vectors, summed in a fixed order.
  private func product(_ a: Int, _ b: Int) -> Double {
    let (a, b) = (a * words, b * words)
    let span = vectors.span
    var sum = SIMD8<Double>.zero
    for word in 0..<words { sum += span[a + word] * span[b + word] }
    return sum.indices.reduce(0) { $0 + sum[$1] }
  }

  /// Takes from a vector what it shares with those before it.
  private mutating func makeOrthogonal(_ vector: Int) {
    let shares = (0..<vector).map { product($0, vector) }
    let words = words
    var span = vectors.mutableSpan
    for (other, share) in shares.enumerated() {
      for word in 0..<words { span[vector * words + word] -= share * span[other * words + word] }
    }
  }
}
