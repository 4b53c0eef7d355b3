import Foundation
import Randomness
import Testing

/// Statistical limits hold with 99.9% confidence; keys are fixed, so that a pass stays a pass.
@Suite("Gamma and beta numbers")
struct BetaTests {
  private static func stream(_ path: String) -> RandomStream {
    RandomStream(SampleKey(seed: 5, sample: 2), path: path)
  }

  /// Beta numbers whose distribution has a closed form.
  @Test(
    "Beta numbers have their distribution",
    arguments: [
      (1.0, 1.0), (0.5, 0.5), (2.0, 2.0), (1.0, 4.0), (3.0, 1.0),
    ])
  func beta(a: Double, b: Double) {
    var stream = Self.stream("beta \(a) \(b)")
    let values = (0..<20_000).map { _ in stream.beta(a, b) }
    #expect(values.allSatisfy { (0...1).contains($0) })
    let probabilities = values.map { x in
      switch (a, b) {
      case (0.5, 0.5): 2 / Double.pi * asin(x.squareRoot())
      case (2, 2): x * x * (3 - 2 * x)
      case (1, _): 1 - pow(1 - x, b)
      default: pow(x, a)
      }
    }
    #expect(largestGap(probabilities) < 1.95 / 20_000.0.squareRoot())
  }

  @Test("Beta numbers have their moments", arguments: [0.1, 0.2, 0.4, 1, 8, 1000])
  func moments(alpha: Double) {
    var stream = Self.stream("moments \(alpha)")
    let count = 40_000.0
    let away = (0..<Int(count)).map { _ in stream.beta(alpha, alpha) - 0.5 }
    let variance = 1 / (4 * (2 * alpha + 1))
    #expect(abs(away.reduce(0, +) / count) < 3.29 * (variance / count).squareRoot())
    let squares = away.map { $0 * $0 }
    // The fourth central moment is 3 v^2 (2 alpha + 1) / (2 alpha + 3).
    let fourth = 3 * variance * variance * (2 * alpha + 1) / (2 * alpha + 3)
    let deviation = ((fourth - variance * variance) / count).squareRoot()
    #expect(abs(squares.reduce(0, +) / count - variance) < 3.29 * deviation)
  }

  @Test("Gamma numbers have their moments", arguments: [0.3, 1, 2.5, 30])
  func gamma(shape: Double) {
    var stream = Self.stream("gamma \(shape)")
    let count = 40_000.0
    let values = (0..<Int(count)).map { _ in stream.gamma(shape: shape) }
    let mean = values.reduce(0, +) / count
    #expect(abs(mean - shape) < 3.29 * (shape / count).squareRoot())
    let variance = values.reduce(0) { $0 + ($1 - shape) * ($1 - shape) } / count
    // The fourth central moment is 3 k^2 + 6 k.
    #expect(abs(variance - shape) < 3.29 * ((2 * shape * shape + 6 * shape) / count).squareRoot())
  }

  @Test("A gamma number of shape 1 is exponential")
  func exponential() {
    var stream = Self.stream("exponential")
    let values = (0..<20_000).map { _ in 1 - exp(-stream.gamma(shape: 1)) }
    #expect(largestGap(values) < 1.95 / 20_000.0.squareRoot())
  }

  @Test("Shapes near 0 give a coin's throw, and no NaN", arguments: [1e-3, 1e-9, 1e-300])
  func coin(alpha: Double) {
    var stream = Self.stream("coin")
    let values = (0..<4000).map { _ in stream.beta(alpha, alpha) }
    let heads = values.count { $0 > 0.5 }
    #expect(values.allSatisfy { $0 < 0.01 || $0 > 0.99 || alpha == 1e-3 })
    #expect(values.allSatisfy { (0...1).contains($0) })
    // 3.29 standard deviations of 31.6.
    #expect(abs(heads - 2000) < 105)
  }

  /// Kolmogorov and Smirnov's distance from the uniform distribution on 0...1.
  private func largestGap(_ values: [Double]) -> Double {
    let count = Double(values.count)
    return values.sorted().enumerated().reduce(0) { gap, item in
      max(gap, item.element - Double(item.offset) / count, Double(item.offset + 1) / count - item.element)
    }
  }
}
