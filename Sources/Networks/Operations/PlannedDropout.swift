import Kernels

/// A dropout of single values in a training plan. The mask is drawn again on the way back instead of being stored.
struct PlannedDropout: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  let rule: DropoutRule
  let name: String
  let batch: Int

  func forward(_ run: ReplicaRun) {
    apply(rule, run, from: input.buffer, to: output.buffer)
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    apply(rule.ofGradients, run, from: outputGradient, to: inputGradient)
  }

  private func apply(_ rule: DropoutRule, _ run: ReplicaRun, from: BufferID, to: BufferID) {
    for image in 0..<batch {
      DropoutMask.apply(
        run.address(from), into: run.address(to), image: image, of: batch, channels: input.shape.channels,
        pixels: input.shape.pixels, order: input.layout.order, type: input.layout.type, rule: rule,
        stream: run.draws(forImage: image, path: name))
    }
  }
}

/// A dropout of whole channels in a training plan. What each channel is multiplied by is kept for the way back.
struct PlannedChannelDropout: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  let rule: DropoutRule
  let name: String
  let batch: Int
  /// For each channel of each image.
  let factors, offsets: BufferID
  private var channels: Int { input.shape.channels }

  func forward(_ run: ReplicaRun) {
    for image in 0..<batch {
      let (factors, offsets) = (
        run.floats(factors) + image * channels, run.floats(offsets) + image * channels
      )
      ChannelDropout.draw(
        rule, channels: channels, stream: run.draws(forImage: image, path: name), factors: factors,
        offsets: offsets)
      apply(run, image, factors, offsets, from: input.buffer, to: output.buffer)
    }
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    for image in 0..<batch {
      let factors = run.floats(factors) + image * channels
      apply(run, image, factors, nil, from: outputGradient, to: inputGradient)
    }
  }

  private func apply(
    _ run: ReplicaRun, _ image: Int, _ factors: UnsafePointer<Float>, _ offsets: UnsafePointer<Float>?,
    from: BufferID, to: BufferID
  ) {
    ChannelDropout.apply(
      factors: factors, offsets: offsets, to: run.address(from), into: run.address(to), image: image,
      of: batch, channels: channels, pixels: input.shape.pixels, order: input.layout.order,
      type: input.layout.type)
  }
}

/// A product with one number in an inference plan.
struct PlannedScaling: PlannedOperation {
  let input, output: PlanBuilder.ValueState
  let factor: Float

  func forward(_ run: ReplicaRun) {
    ImageScaling.apply(
      factor, to: run.address(input.buffer), into: run.address(output.buffer),
      count: output.layout.valueCount, type: output.layout.type)
  }

  func backward(_ run: ReplicaRun) {}
}

extension PlanBuilder {
  /// A dropout; in inference a product with the share that is kept, where training does not scale.
  func dropout<Dropping: DropoutLayer>(_ input: Value, _ layer: Dropping, name: String) throws -> Value {
    if layer.probability == 0 { return input }
    if !training { return scaled(input, by: layer.inferenceScale, name: name, kind: Dropping.kind) }
    let from = state(try inKnownOrder(input, name: name))
    let output = newValue(like: from)
    let to = state(output)
    let gradients = [from.gradient, to.gradient].compactMap { $0 }
    if Dropping.dropsChannels {
      let byteCount = batch * from.shape.channels * MemoryLayout<Float>.stride
      let (factors, offsets) = (newBuffer(byteCount: byteCount), newBuffer(byteCount: byteCount))
      add(
        PlannedChannelDropout(
          input: from, output: to, rule: layer.rule, name: name, batch: batch, factors: factors,
          offsets: offsets),
        Uses(forward: [from.buffer, to.buffer, factors, offsets], backward: gradients + [factors]),
        layer: name, kind: Dropping.kind)
    } else {
      add(
        PlannedDropout(input: from, output: to, rule: layer.rule, name: name, batch: batch),
        Uses(forward: [from.buffer, to.buffer], backward: gradients), layer: name, kind: Dropping.kind)
    }
    return output
  }

  /// A product with one number; nothing for 1.
  private func scaled(_ input: Value, by factor: Double, name: String, kind: String) -> Value {
    if factor == 1 { return input }
    let from = state(input)
    let output = newValue(like: from)
    let to = state(output)
    add(
      PlannedScaling(input: from, output: to, factor: Float(factor)),
      Uses(forward: [from.buffer, to.buffer], backward: []), layer: name, kind: kind)
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
