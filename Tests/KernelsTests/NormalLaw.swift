import Foundation

/// The normal law of mean 0 and variance 1.
enum NormalLaw {
  static func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
  static func distribution(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  /// The mean of `max(u, 0)` for `u` with a mean and a standard deviation.
  static func meanOfReLU(_ mean: Double, _ deviation: Double) -> Double {
    mean * distribution(mean / deviation) + deviation * density(mean / deviation)
  }
}
