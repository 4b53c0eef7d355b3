import Kernels

/// A batch norm in a plan by Convoy's own kernels, with a residual and ReLU on top where they follow.
struct PlannedPixelMajorNorm: PlannedOperation {
  let norm: PixelMajorNorm
  let scale, shift, mean, variance: Int
  let input, output: PlanBuilder.ValueState
  /// What is added before the ReLU.
  let residual: PlanBuilder.ValueState?
  let relu: Bool
  let fold: BufferID
  let training: Bool

  func forward(_ run: ReplicaRun) {
    let x = run.address(input.buffer)
    if training {
      norm.statistics(
        x, sums: input.sums.map { UnsafePointer(run.floats($0)) }, mean: run.statistic(mean),
        variance: run.statistic(variance))
    }
    norm.forward(
      x, mean: training ? run.statistic(mean) : run.runningStatistic(mean),
      variance: training ? run.statistic(variance) : run.runningStatistic(variance),
      scale: run.parameter(scale), shift: run.parameter(shift), fold: run.floats(fold),
      residual: residual.map { UnsafeRawPointer(run.address($0.buffer)) }, into: run.address(output.buffer))
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient, let inputGradient = input.gradient else { return }
    // Without a ReLU the residual's gradient is the output's, in the same memory.
    let masks = residual != nil && relu
    norm.backward(
      run.address(outputGradient), x: run.address(input.buffer),
      y: masks ? UnsafeRawPointer(run.address(output.buffer)) : nil, mean: run.statistic(mean),
      scale: run.parameter(scale), fold: run.floats(fold),
      residualGradient: masks ? residual?.gradient.map { run.address($0) } : nil,
      scaleGradient: run.gradient(scale), shiftGradient: run.gradient(shift), into: run.address(inputGradient)
    )
  }
}

extension PlanBuilder {
  /// A batch norm by Convoy's own kernels.
  func pixelMajorNorm(
    _ input: Value, _ layer: BatchNorm, name: String, adding residual: Value?, relu: Bool
  ) throws -> Value {
    let from = state(withGradient(input))
    let shape = try layer.outputShape(for: from.shape, name: name)
    let channels = try Layout([shape.channels], .x)
    let side = try residual.map { state(withGradient(try reorder($0, to: from.layout, name: name))) }
    let output = newValue(shape, from.layout)
    if !relu, let gradient = side?.gradient { shareGradient(gradient, with: output) }
    let to = state(output)
    let norm = PixelMajorNorm(
      rows: batch * shape.pixels, channels: shape.channels, type: from.layout.type, epsilon: layer.epsilon,
      relu: relu)
    let fold = newBuffer(byteCount: norm.foldCount * MemoryLayout<Float>.stride)
    let kernel = "convoy_norm" + (side == nil ? "" : "_add") + (relu ? "_relu" : "")
    record(layer: name, pass: "forward", kernel: kernel)
    if training { record(layer: name, pass: "backward", kernel: kernel) }
    add(
      PlannedPixelMajorNorm(
        norm: norm, scale: table.parameter(name + ".weight", layout: channels),
        shift: table.parameter(name + ".bias", layout: channels),
        mean: table.statistic(name + ".running_mean", layout: channels),
        variance: table.statistic(name + ".running_var", layout: channels), input: from, output: to,
        residual: side, relu: relu, fold: fold, training: training),
      Uses(
        forward: [from.buffer, to.buffer, fold] + [from.sums, side?.buffer].compactMap { $0 },
        backward: [from.buffer, fold] + [from.gradient, to.gradient, side?.gradient].compactMap { $0 }
          + (side != nil && relu ? [to.buffer] : [])),
      layer: name, kind: "batch-norm" + (side == nil ? "" : " + add") + (relu ? " + relu" : ""))
    return output
  }
}
