import Kernels

/// A batch norm by Convoy's own kernels with an activation function on top, other than a ReLU, in one pass each way.
struct PlannedActivatedNorm: PlannedOperation {
  /// The statistics, and the second half of the way back: from the gradient between norm and activation, which is
  /// its output's.
  let norm: PlannedPixelMajorNorm
  let activation: Activation
  let output: PlanBuilder.ValueState
  let scratch: BufferID

  func forward(_ run: ReplicaRun) throws(KernelError) {
    norm.forward(run)
    norm.norm.forward(
      run.address(norm.input.buffer), fold: run.floats(norm.fold), below: activation,
      into: run.address(output.buffer))
  }

  func backward(_ run: ReplicaRun) throws(KernelError) {
    guard let outputGradient = output.gradient, let between = norm.output.gradient else { return }
    norm.norm.backward(
      run.address(outputGradient), x: run.address(norm.input.buffer), fold: run.floats(norm.fold),
      below: activation, into: run.address(between), scratch: run.address(scratch),
      sums: norm.isFixed
        ? nil
        : PixelMajorNorm.ParameterGradients(
          mean: run.statistic(norm.mean), scale: run.gradient(norm.scale), shift: run.gradient(norm.shift)))
    norm.backward(run)
  }
}

extension PlanBuilder {
  /// A batch norm and the activation function after it; nil where no kernel does both.
  /// - Parameter kind: the activation layer's.
  func activatedNorm(
    _ input: Value, _ layer: BatchNorm, name: String, below activation: Activation, kind: String
  ) throws -> Value? {
    let isFixed = usesRunningStatistics(norm: name)
    guard ownKernels, [.hwnc, .nc].contains(state(input).layout.order), isFixed || !synchronizesNorms else {
      return nil
    }
    let from = state(input)
    let output = newValue(try layer.outputShape(for: from.shape, name: name), from.layout)
    let to = state(output)
    // The gradient between the two lies where the input's comes to lie.
    var between = to
    between.gradient =
      needsGradient ? from.gradient ?? newBuffer(byteCount: from.layout.byteCount) : nil
    let kernel = "convoy_norm_\(kind)"
    record(layer: name, pass: "forward", kernel: kernel)
    if needsGradient { record(layer: name, pass: "backward", kernel: kernel) }
    var norm = try plannedNorm(from, between, layer, name: name)
    (norm.outputIsMadeByReader, norm.sumsAreTaken) = (true, true)
    if needsGradient { needScratch(norm.norm.activatedScratchByteCount) }
    add(
      PlannedActivatedNorm(norm: norm, activation: activation, output: to, scratch: scratch),
      Uses(
        forward: [from.buffer, to.buffer, norm.fold] + [from.sums].compactMap { $0 },
        backward: [from.buffer, norm.fold, scratch]
          + [from.gradient, to.gradient, between.gradient].compactMap { $0 }),
      layer: name, kind: "batch-norm + \(kind)")
    return output
  }
}
