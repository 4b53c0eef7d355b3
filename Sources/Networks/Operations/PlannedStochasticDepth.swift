import Kernels

/// A stochastic depth in a training plan. What was drawn is drawn again on the way back instead of being stored.
struct PlannedStochasticDepth: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  let layer: StochasticDepth
  let name: String
  let batch: Int
  private var layout: Layout { output.layout }

  func forward(_ run: ReplicaRun) {
    apply(run, from: input.buffer, to: output.buffer)
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    apply(run, from: outputGradient, to: inputGradient)
  }

  private func apply(_ run: ReplicaRun, from: BufferID, to: BufferID) {
    let (x, y) = (run.address(from), run.address(to))
    switch layer.mode {
    case .batch:
      var draws = run.drawsForStep(path: name)
      let factor: Float = draws.chance(layer.probability) ? 0 : survivorScale
      ImageScaling.apply(factor, to: x, into: y, count: layout.valueCount, type: layout.type)
    case .sample:
      for image in 0..<batch {
        var draws = run.draws(forImage: image, path: name)
        let factor: Float = draws.chance(layer.probability) ? 0 : survivorScale
        ImageScaling.apply(
          factor, to: x, into: y, image: image, of: batch, valueCount: layout.valueCount,
          channels: output.shape.channels, order: layout.order, type: layout.type)
      }
    }
  }

  /// What survivors are multiplied by; there are none at probability 1.
  private var survivorScale: Float { Float(1 / (1 - layer.probability)) }
}

extension PlanBuilder {
  /// Stochastic depth; nothing in inference.
  func stochasticDepth(_ input: Value, _ layer: StochasticDepth, name: String) throws -> Value {
    if !training || layer.probability == 0 { return input }
    let from = state(layer.mode == .batch ? input : try inKnownOrder(input, name: name))
    let output = newValue(like: from)
    let to = state(output)
    add(
      PlannedStochasticDepth(input: from, output: to, layer: layer, name: name, batch: batch),
      Uses(
        forward: [from.buffer, to.buffer],
        backward: [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: StochasticDepth.kind)
    return output
  }
}
