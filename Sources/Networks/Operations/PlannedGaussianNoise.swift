import Kernels

/// Noise in a training plan. Gradients flow through as they are, in the same memory.
struct PlannedGaussianNoise: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  let deviation: Float
  let name: String
  let batch: Int

  func forward(_ run: ReplicaRun) {
    for image in 0..<batch {
      NormalNoise.add(
        deviation, to: run.address(input.buffer), into: run.address(output.buffer), image: image, of: batch,
        channels: input.shape.channels, pixels: input.shape.pixels, order: input.layout.order,
        type: input.layout.type, stream: run.draws(forImage: image, path: name))
    }
  }

  func backward(_ run: ReplicaRun) {}
}

extension PlanBuilder {
  /// Noise; nothing in inference.
  func gaussianNoise(_ input: Value, _ layer: GaussianNoise, name: String) throws -> Value {
    if !training || layer.deviation == 0 { return input }
    let known = try inKnownOrder(input, name: name)
    let from = state(known)
    let output = newValue(like: from)
    let to = state(output)
    shareGradient(known, with: output)
    add(
      PlannedGaussianNoise(
        input: from, output: to, deviation: Float(layer.deviation), name: name, batch: batch),
      Uses(
        forward: [from.buffer, to.buffer], backward: [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: GaussianNoise.kind)
    return output
  }
}
