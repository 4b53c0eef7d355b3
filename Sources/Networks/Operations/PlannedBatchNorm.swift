import Kernels

/// A batch norm in a plan, with ReLU on top where one follows.
struct PlannedBatchNorm: PlannedOperation {
  let forwardPrimitive: Int
  let backwardPrimitive: Int?
  let scale, shift, mean, variance: Int
  let input, output: PlanBuilder.ValueState
  let workspace, scratch: BufferID
  /// Whether it normalises with the running statistics.
  let isFixed: Bool

  func forward(_ run: ReplicaRun) throws(KernelError) {
    let call = run.call(forwardPrimitive)
    call[.source] = run.address(input.buffer)
    call[.destination] = run.address(output.buffer)
    call[.scale] = UnsafeMutableRawPointer(run.parameter(scale))
    call[.shift] = UnsafeMutableRawPointer(run.parameter(shift))
    call[.mean] = UnsafeMutableRawPointer(isFixed ? run.runningStatistic(mean) : run.statistic(mean))
    call[.variance] = UnsafeMutableRawPointer(
      isFixed ? run.runningStatistic(variance) : run.statistic(variance))
    call[.workspace] = run.address(workspace)
    call[.scratchpad] = run.address(scratch)
    try call.run()
  }

  func backward(_ run: ReplicaRun) throws(KernelError) {
    guard let backwardPrimitive, let outputGradient = output.gradient, let inputGradient = input.gradient
    else { return }
    let call = run.call(backwardPrimitive)
    call[.source] = run.address(input.buffer)
    call[.destinationGradient] = run.address(outputGradient)
    call[.sourceGradient] = run.address(inputGradient)
    call[.scale] = UnsafeMutableRawPointer(run.parameter(scale))
    call[.shift] = UnsafeMutableRawPointer(run.parameter(shift))
    call[.mean] = UnsafeMutableRawPointer(run.statistic(mean))
    call[.variance] = UnsafeMutableRawPointer(run.statistic(variance))
    call[.scaleGradient] = UnsafeMutableRawPointer(run.gradient(scale))
    call[.shiftGradient] = UnsafeMutableRawPointer(run.gradient(shift))
    call[.workspace] = run.address(workspace)
    call[.scratchpad] = run.address(scratch)
    try call.run()
  }
}

extension PlanBuilder {
  /// A batch norm, with a residual added and ReLU on top if asked for.
  func batchNorm(
    _ input: Value, _ layer: BatchNorm, name: String, adding residual: Value? = nil, fusedReLU: Bool
  ) throws -> Value {
    enter(name, input, residual ?? input)
    let isFixed = usesRunningStatistics(norm: name)
    if synchronizesNorms && !isFixed {
      return try synchronizedNorm(input, layer, name: name, adding: residual, relu: fusedReLU)
    }
    if ownKernels, [.hwnc, .nc].contains(state(input).layout.order) {
      return try pixelMajorNorm(input, layer, name: name, adding: residual, relu: fusedReLU)
    }
    // oneDNN's norms know no way back through running statistics here.
    if isFixed && needsGradient {
      let rows = try withChannelsInnermost(input, name: name)
      let output = try pixelMajorNorm(rows, layer, name: name, adding: residual, relu: fusedReLU)
      return try reorder(output, to: state(input).layout, name: name)
    }
    if let residual {
      let normed = try batchNorm(input, layer, name: name, fusedReLU: false)
      return try add(normed, residual, relu: fusedReLU, name: name)
    }
    let source = withGradient(input)
    let from = state(source)
    let shape = try layer.outputShape(for: from.shape, name: name)
    let channels = try Layout([shape.channels], .x)
    let forward = try Primitive.batchNormForward(
      name, data: from.layout, epsilon: layer.epsilon, fusedReLU: fusedReLU, training: !isFixed,
      engine: engine)
    let backward =
      needsGradient
      ? try Primitive.batchNormBackward(
        name, data: from.layout, epsilon: layer.epsilon, fusedReLU: fusedReLU, engine: engine) : nil
    let output = newValue(shape, from.layout)
    let to = state(output)
    let workspace = newBuffer(byteCount: forward.byteCount(.workspace))
    add(
      PlannedBatchNorm(
        forwardPrimitive: add(forward, layer: name, pass: "forward"),
        backwardPrimitive: backward.map { add($0, layer: name, pass: "backward") },
        scale: table.parameter(name + ".weight", layout: channels, hasGradient: followsImages(norm: name)),
        shift: table.parameter(name + ".bias", layout: channels, hasGradient: followsImages(norm: name)),
        mean: table.statistic(name + ".running_mean", layout: channels),
        variance: table.statistic(name + ".running_var", layout: channels), input: from, output: to,
        workspace: workspace, scratch: scratch, isFixed: isFixed),
      Uses(
        forward: [from.buffer, to.buffer, workspace, scratch],
        backward: [from.buffer, workspace, scratch] + [from.gradient, to.gradient].compactMap { $0 }),
      layer: name, kind: fusedReLU ? "batch-norm + relu" : "batch-norm")
    return output
  }
}
