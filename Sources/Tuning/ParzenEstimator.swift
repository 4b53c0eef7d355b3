import Foundation
import Randomness

/// The density of one parameter where a set of trials lies, over the places 0...1 of its range: a mixture of a normal
/// law at each trial's place, cut to the range, and the prior, which is one wide normal law in the middle.
///
/// Each law is as wide as the gap to the farther of its two neighbours, within limits. Source: Bergstra, Bardenet,
/// Bengio, Kégl, "Algorithms for hyper-parameter optimization", NeurIPS 2011, section 4.2.
struct ParzenEstimator {
  private struct Law {
    let mean: Double
    let width: Double
    /// How much of the law lies in the range.
    let mass: Double

    init(mean: Double, width: Double) {
      self.mean = mean
      self.width = width
      mass = Self.cumulative((1 - mean) / width) - Self.cumulative(-mean / width)
    }

    func density(_ place: Double) -> Double {
      let z = (place - mean) / width
      return exp(-z * z / 2) / ((2 * Double.pi).squareRoot() * width * mass)
    }

    private static func cumulative(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
  }

  private let laws: [Law]

  /// - Parameter places: of the trials, 0...1 each, in any order.
  init(_ places: [Double]) {
    let prior = Law(mean: 0.5, width: 1)
    // With the prior's middle and the ends among the neighbours.
    let sorted = (places + [0.5]).sorted()
    let least = 1 / min(100, Double(places.count + 2))
    laws =
      [prior]
      + places.map { place in
        let index = sorted.firstIndex(of: place) ?? 0
        let below = index > 0 ? sorted[index - 1] : 0
        let above = index + 1 < sorted.count ? sorted[index + 1] : 1
        return Law(mean: place, width: min(1, max(least, max(place - below, above - place))))
      }
  }

  /// The density at a place.
  func density(_ place: Double) -> Double {
    laws.reduce(0) { $0 + $1.density(place) } / Double(laws.count)
  }

  /// A place drawn from the density.
  func draw(_ stream: inout RandomStream) -> Double {
    let law = laws[stream.integer(in: 0...laws.count - 1)]
    // What falls outside is drawn again; the law's middle is in the range, so that this is soon over.
    for _ in 0..<1000 {
      let place = law.mean + law.width * stream.normal()
      if (0...1).contains(place) { return place }
    }
    return law.mean
  }
}

/// The probabilities of a choice's values where a set of trials lies: how often each was taken, and one more, which is
/// the prior.
struct ChoiceEstimator {
  private let probabilities: [Double]

  /// - Parameters:
  ///   - taken: which of the values each trial took.
  ///   - count: of values.
  init(_ taken: [Int], count: Int) {
    var weights = [Double](repeating: 1, count: count)
    for index in taken { weights[index] += 1 }
    probabilities = weights.map { $0 / Double(taken.count + count) }
  }

  /// The probability of a value.
  func probability(_ index: Int) -> Double { probabilities[index] }

  /// A value drawn by its probability.
  func draw(_ stream: inout RandomStream) -> Int {
    var rest = stream.unit()
    for (index, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return index }
    }
    return probabilities.count - 1
  }
}
