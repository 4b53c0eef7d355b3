import Kernels
import Networks
import Pixels

extension DataParallel {
  /// Divides the weights of each layer by the standard deviation of its outputs on some images, one layer after
  /// another, each with what came before it as it is then. Dropout is off and norms use their running statistics.
  ///
  /// Weights that start in a way of their layer's own stay as they are. One thread computes it, so that the bits do not
  /// depend on the workers.
  ///
  /// Source: Mishkin, Matas, "All you need is a good init", ICLR 2016.
  /// - Parameters:
  ///   - batch: images of the training data; the first 64 are looked at.
  ///   - rule: how near to 1 a variance must come.
  /// - Returns: the variance of each layer's outputs in the end, in network order.
  /// - Throws: ``ParallelError/setting(_:)`` where a layer's outputs are all the same or not finite; `KernelError`.
  @discardableResult
  public func scaleToUnitVariance(_ batch: ImageBatch, _ rule: LSUV) throws -> [LayerVariance] {
    precondition(batch.count > 0, "a mini-batch has at least one image")
    return try group.runOnce(.preparing) { [self] in
      let layers = weights.table.order.filter { $0.role == .weight && $0.isStandardStart }.map {
        String($0.name.dropLast(7))
      }
      let table = try ParameterTable(network)
      let plan = try Plan(
        network, batch: min(batch.count, 64), purpose: .inference, kernels: kernelSet, observing: Set(layers),
        table: table, engine: engine)
      let scaled = try SharedWeights(table: table, momentCount: 0, engine: engine)
      try scaled.load(weights.state())
      let run = try ReplicaRun(
        plan, table: table, arena: Arena(byteCount: plan.arenaByteCount), parameters: scaled.parameters,
        runningStatistics: scaled.runningStatistics)
      let variances = try plan.observations.map { observation in
        let variance = try scale(observation, rule, scaled) {
          // A view of another one comes after it.
          for view in plan.views { try scaled.refresh(view, StepDraws(seed: seed, step: 0)) }
          return try run.outputs(of: observation, Shard(batch, from: 0)).variance
        }
        return LayerVariance(layer: observation.layer, variance: variance)
      }
      try weights.load(scaled.state())
      return variances
    }
  }

  /// Scales one layer until its variance is near enough.
  /// - Returns: the last variance.
  private func scale(
    _ observation: Observation, _ rule: LSUV, _ scaled: SharedWeights, measure: () throws -> Double
  ) throws -> Double {
    var variance = try measure()
    for _ in 0..<rule.iterations where abs(variance - 1) > rule.tolerance {
      guard variance > 0, variance.isFinite else {
        throw ParallelError.setting(
          "lsuv: the outputs of \(observation.layer) have variance \(variance), so that its weights cannot be scaled"
        )
      }
      scaled.multiply(observation.layer + ".weight", by: Float(1 / variance.squareRoot()))
      variance = try measure()
    }
    return variance
  }
}

/// How much a layer's outputs vary.
public struct LayerVariance: Codable, Equatable, Sendable {
  /// The layer's path.
  public let layer: String
  /// The variance over all images, channels and pixels.
  public let variance: Double
}

extension SharedWeights {
  /// Multiplies a parameter in whatever layout it is.
  fileprivate func multiply(_ name: String, by factor: Float) {
    guard let entry = table.parameters.first(where: { $0.specification.name == name }) else {
      preconditionFailure("\(name) is no parameter")
    }
    let values = UnsafeMutableBufferPointer(
      start: parameters.floats + entry.offset, count: entry.paddedCount)
    for index in values.indices { values[index] *= factor }
    version += 1
  }
}

extension UnsafeBufferPointer<Float> {
  /// The variance of all values, in two passes.
  fileprivate var variance: Double {
    let mean = reduce(0.0) { $0 + Double($1) } / Double(count)
    return reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)
  }
}
