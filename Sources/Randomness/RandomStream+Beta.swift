import Foundation

/// Gamma and beta numbers. Of the C library they use `log` and `exp` alone (and what ``RandomStream/normal()`` uses),
/// so that platforms differ in the last place at most.
extension RandomStream {
  /// A gamma number of scale 1.
  /// - Parameter shape: above 0, finite.
  public mutating func gamma(shape: Double) -> Double {
    Foundation.exp(logarithmOfGamma(shape: shape))
  }

  /// A beta number, 0...1.
  ///
  /// A gamma number's share of two; of their logarithms, since shapes far below 1 give numbers that are no doubles.
  /// - Parameters:
  ///   - a: above 0, finite: draws lie the nearer to 1 the larger it is.
  ///   - b: above 0, finite: draws lie the nearer to 0 the larger it is.
  public mutating func beta(_ a: Double, _ b: Double) -> Double {
    let (x, y) = (logarithmOfGamma(shape: a), logarithmOfGamma(shape: b))
    return 1 / (1 + Foundation.exp(y - x))
  }

  /// The logarithm of a gamma number.
  ///
  /// Source: Marsaglia, Tsang, "A simple method for generating gamma variables", ACM TOMS 2000; for shapes below 1 its
  /// section 6, which multiplies a number of the shape above by a power of a uniform one.
  private mutating func logarithmOfGamma(shape: Double) -> Double {
    precondition(shape > 0 && shape.isFinite, "a gamma number's shape is above 0")
    if shape < 1 {
      let above = logarithmOfGamma(shape: shape + 1)
      return max(above + Foundation.log(1 - unit()) / shape, -.greatestFiniteMagnitude)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      if root <= 0 { continue }
      let v = root * root * root
      let u = 1 - unit()
      // Nearly all are accepted by the first test, which needs no logarithm.
      if u < 1 - 0.0331 * x * x * x * x { return Foundation.log(d * v) }
      if Foundation.log(u) < 0.5 * x * x + d * (1 - v + Foundation.log(v)) { return Foundation.log(d * v) }
    }
  }
}
