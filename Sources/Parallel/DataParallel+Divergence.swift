import Kernels
import Networks

/// Where it shows most that a step diverged.
public struct DivergenceSource: Codable, Equatable, Sendable {
  /// What was compared over the parameters.
  public enum Measure: String, Codable, Sendable {
    /// The gradients of the step that diverged.
    case gradient
    /// The gradients of the step before: a loss that is not a number makes those of its own step so as well.
    case gradientBefore = "gradient-before"
    /// The weights: there is no step before.
    case weights
  }

  /// The parameter's name.
  public let parameter: String
  /// What is largest there.
  public let measure: Measure
  /// Its Euclidean norm, of gradients that of the mean over the images; nil where it is infinite or not a number.
  public let norm: Double?

  /// The path of its layer.
  public var layer: String { parameter.split(separator: ".").dropLast().joined(separator: ".") }
}

extension DataParallel {
  /// The parameter with the largest gradient in the step that was done last; nil before the first one.
  public var largestGradient: DivergenceSource? {
    guard let reduction else { return nil }
    let norms = reduction.lastGradientNorms
    return norms.contains { $0.norm != 0 } ? Self.largest(norms, .gradient) : nil
  }

  /// Looks for the largest gradient after a mini-batch that failed, in what is still at hand.
  func divergenceSource(of cut: ShardCut) -> DivergenceSource? {
    guard let reduction else { return nil }
    let gradients = reduction.gradientNorms(of: cut)
    if gradients.allSatisfy({ $0.norm.isFinite }) { return Self.largest(gradients, .gradient) }
    let before = reduction.lastGradientNorms
    if before.contains(where: { $0.norm != 0 }) { return Self.largest(before, .gradientBefore) }
    return Self.largest(reduction.weightNorms(of: weights), .weights)
  }

  /// The way back begins at the output, so that of several gradients that are not finite the one nearest to it is
  /// where it began.
  private static func largest(
    _ norms: [(parameter: String, norm: Double)], _ measure: DivergenceSource.Measure
  ) -> DivergenceSource? {
    let largest = norms.last { !$0.norm.isFinite } ?? norms.max { $0.norm < $1.norm }
    return largest.map {
      DivergenceSource(
        parameter: $0.parameter, measure: measure, norm: $0.norm.isFinite ? $0.norm : nil)
    }
  }
}

extension Reduction {
  /// The norm of the mean gradient of every parameter that trains, in the network's order, straight from the shards.
  fileprivate func gradientNorms(of cut: ShardCut) -> [(parameter: String, norm: Double)] {
    norms { index, entry in
      let offset = table.gradientOffset(of: index)
      var sum = 0.0
      for place in offset..<offset + entry.paddedCount {
        var gradient = 0.0
        for shard in 0..<cut.count { gradient += Double(gradients(of: shard)[place]) }
        sum += gradient * gradient
      }
      return sum.squareRoot() / Double(cut.images)
    }
  }

  /// The norm of the gradient of every parameter that trains in the last step; zeros before the first one.
  fileprivate var lastGradientNorms: [(parameter: String, norm: Double)] {
    norms { index, _ in
      slicesOfParameter[index].reduce(0) { $0 + gradientSquares[$1] }.squareRoot()
    }
  }

  /// The norm of every parameter that trains.
  fileprivate func weightNorms(of weights: SharedWeights) -> [(parameter: String, norm: Double)] {
    norms { _, entry in
      let values = weights.parameters.floats + entry.offset
      return (0..<entry.paddedCount).reduce(0) { $0 + Double(values[$1]) * Double(values[$1]) }.squareRoot()
    }
  }

  private func norms(
    _ norm: (Int, ParameterTable.Entry) -> Double
  ) -> [(parameter: String, norm: Double)] {
    table.parameters.enumerated().filter(\.element.isTrained).map { index, entry in
      (entry.specification.name, norm(index, entry))
    }
  }
}
