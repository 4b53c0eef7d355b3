import Kernels

/// A dropout in a training plan. The mask is drawn again on the way back instead of being stored.
struct PlannedDropout: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  let probability: Double
  let name: String
  let batch: Int

  func forward(_ run: ReplicaRun) {
    apply(run, from: input.buffer, to: output.buffer)
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    apply(run, from: outputGradient, to: inputGradient)
  }

  private func apply(_ run: ReplicaRun, from: BufferID, to: BufferID) {
    for image in 0..<batch {
      DropoutMask.apply(
        run.address(from), into: run.address(to), image: image, of: batch, channels: input.shape.channels,
        pixels: input.shape.pixels, order: input.layout.order, type: input.layout.type,
        probability: probability, stream: run.draws(forImage: image, path: name))
    }
  }
}

extension PlanBuilder {
  /// Inverted dropout; nothing in inference.
  func dropout(_ input: Value, probability: Double, name: String) throws -> Value {
    if !training || probability == 0 { return input }
    let from = state(try inKnownOrder(input, name: name))
    let output = newValue(like: from)
    let to = state(output)
    add(
      PlannedDropout(input: from, output: to, probability: probability, name: name, batch: batch),
      Uses(
        forward: [from.buffer, to.buffer],
        backward: [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: "dropout")
    return output
  }

  /// The value in an order whose images Convoy can tell apart.
  func inKnownOrder(_ value: Value, name: String) throws -> Value {
    let layout = state(value).layout
    guard layout.order == .opaque else { return value }
    let order: Layout.Order = layout.dimensions.count == 4 ? .nchw : .nc
    return try reorder(value, to: Layout(layout.dimensions, order, layout.type), name: name)
  }

  /// A value of the shape and layout of another, with a gradient where that has one.
  func newValue(like other: ValueState) -> Value {
    other.gradient == nil ? newConstant(other.shape, other.layout) : newValue(other.shape, other.layout)
  }
}
