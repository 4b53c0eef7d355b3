import Foundation

/// Student's t distribution with a whole number of degrees of freedom.
enum StudentT {
  /// The value that a variable stays below with a probability.
  /// - Parameter probability: above 0.5 and below 1.
  static func quantile(_ probability: Double, degreesOfFreedom: Int) -> Double {
    precondition(probability > 0.5 && probability < 1 && degreesOfFreedom >= 1, "the upper half, and data")
    var (low, high) = (0.0, 1.0)
    while cumulative(high, degreesOfFreedom) < probability { high *= 2 }
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if cumulative(middle, degreesOfFreedom) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The probability of a value of at most t, for t of 0 or more.
  ///
  /// Source: Abramowitz, Stegun, "Handbook of mathematical functions", 1964, 26.7.3 and 26.7.4.
  static func cumulative(_ t: Double, _ degrees: Int) -> Double {
    let angle = atan(t / Double(degrees).squareRoot())
    let (sine, cosine) = (sin(angle), cos(angle))
    // The sum of cos, or 1, times its square, each with a factor of even and odd numbers.
    let isOdd = !degrees.isMultiple(of: 2)
    var term = isOdd ? cosine : 1
    var sum = degrees == 1 ? 0 : term
    var k = isOdd ? 3 : 2
    while k <= degrees - 2 {
      term *= Double(k - 1) / Double(k) * cosine * cosine
      sum += term
      k += 2
    }
    let within = isOdd ? 2 / Double.pi * (angle + sine * sum) : sine * sum
    return (1 + within) / 2
  }
}
