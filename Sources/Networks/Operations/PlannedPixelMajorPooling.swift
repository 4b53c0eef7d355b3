import Kernels

/// A pooling in a plan by Convoy's own kernels.
struct PlannedPixelMajorPooling: PlannedOperation {
  let pooling: PixelMajorPooling
  let input, output: PlanBuilder.ValueState
  /// Nil where no gradient is wanted.
  let winners: BufferID?

  func forward(_ run: ReplicaRun) {
    pooling.forward(
      run.address(input.buffer), into: run.address(output.buffer),
      winners: winners.map { run.address($0).assumingMemoryBound(to: UInt8.self) })
  }

  func backward(_ run: ReplicaRun) {
    guard let winners, let outputGradient = output.gradient, let inputGradient = input.gradient else {
      return
    }
    pooling.backward(
      run.address(outputGradient), into: run.address(inputGradient),
      winners: run.address(winners).assumingMemoryBound(to: UInt8.self))
  }
}

extension PlanBuilder {
  /// A pooling by Convoy's own kernels.
  func pixelMajorPooling(
    _ input: Value, _ pooling: PixelMajorPooling, output outputShape: ActivationShape, name: String
  ) throws -> Value {
    let from = state(input)
    let output = newValue(
      outputShape, try Layout(outputShape.dimensions(batch: batch), .hwnc, from.layout.type))
    let to = state(output)
    let winners = from.gradient.map { _ in newBuffer(byteCount: pooling.workspaceByteCount) }
    record(layer: name, pass: "forward", kernel: "convoy_pooling")
    if from.gradient != nil { record(layer: name, pass: "backward-data", kernel: "convoy_pooling") }
    add(
      PlannedPixelMajorPooling(pooling: pooling, input: from, output: to, winners: winners),
      Uses(
        forward: [from.buffer, to.buffer, winners].compactMap(\.self),
        backward: [winners, from.gradient, to.gradient].compactMap(\.self)),
      layer: name, kind: "pooling")
    return output
  }
}
