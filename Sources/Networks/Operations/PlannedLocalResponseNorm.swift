import Kernels

/// A local response norm in a plan.
struct PlannedLocalResponseNorm: PlannedOperation {
  let norm: LocalResponseNormalization
  let input, output: PlanBuilder.ValueState
  let scratch: BufferID

  func forward(_ run: ReplicaRun) {
    norm.forward(run.address(input.buffer), into: run.address(output.buffer))
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    norm.backward(
      run.address(outputGradient), x: run.address(input.buffer), into: run.address(inputGradient),
      scratch: run.floats(scratch))
  }
}

extension PlanBuilder {
  /// A local response norm.
  func localResponseNorm(_ input: Value, _ layer: LocalResponseNorm, name: String) throws -> Value {
    let from = state(try withChannelsInnermost(input, name: name))
    let norm = LocalResponseNormalization(
      rows: batch * from.shape.pixels, channels: from.shape.channels, size: layer.size, alpha: layer.alpha,
      beta: layer.beta, k: layer.k, type: from.layout.type)
    needScratch(norm.scratchCount * MemoryLayout<Float>.stride)
    let output = newValue(from.shape, from.layout)
    let to = state(output)
    add(
      PlannedLocalResponseNorm(norm: norm, input: from, output: to, scratch: scratch),
      Uses(
        forward: [from.buffer, to.buffer],
        backward: [from.buffer, scratch] + [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: LocalResponseNorm.kind)
    return output
  }
}
