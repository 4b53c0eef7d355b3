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
  /// Whether it normalises with the running statistics, so that the way back is a plain scaling.
  let isFixed: Bool
  /// Whether the convolution that reads the output takes the sums on the way back.
  var sumsAreTaken = false
  /// Whether it also makes the output.
  var outputIsMadeByReader = false
  /// Whether the convolution that made the input runs the way back to it.
  var backwardIsLeft = false

  func forward(_ run: ReplicaRun) {
    let x = run.address(input.buffer)
    if !isFixed {
      norm.statistics(
        x, sums: input.sums.map { UnsafePointer(run.floats($0)) }, mean: run.statistic(mean),
        variance: run.statistic(variance))
    }
    let (mean, variance) =
      isFixed
      ? (run.runningStatistic(mean), run.runningStatistic(variance))
      : (run.statistic(mean), run.statistic(variance))
    if outputIsMadeByReader {
      norm.fold(
        mean: mean, variance: variance, scale: run.parameter(scale), shift: run.parameter(shift),
        into: run.floats(fold))
    } else {
      norm.forward(
        x, mean: mean, variance: variance, scale: run.parameter(scale), shift: run.parameter(shift),
        fold: run.floats(fold), residual: residual.map { UnsafeRawPointer(run.address($0.buffer)) },
        into: run.address(output.buffer))
    }
  }

  /// What the convolution that makes the output is told: the forward pass for each row of the image.
  func parts(_ run: ReplicaRun) -> PixelMajorNorm.Parts {
    norm.parts(
      run.address(input.buffer), count: partCount, fold: run.floats(fold),
      residual: residual.map { UnsafeRawPointer(run.address($0.buffer)) }, into: run.address(output.buffer))
  }

  /// The rows of the image.
  private var partCount: Int {
    if case .image(_, let rows, _) = output.shape { rows } else { 1 }
  }

  /// What the forward pass reads.
  var readForwards: [BufferID] { [input.buffer, fold] + [residual?.buffer].compactMap { $0 } }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = output.gradient else { return }
    let dy = run.address(outputGradient)
    if isFixed { return backwardFixed(run, dy) }
    let x = run.address(input.buffer)
    if !sumsAreTaken {
      norm.backwardSums(
        dy, x: x, y: signs(run), mean: run.statistic(mean), fold: run.floats(fold),
        residualGradient: maskedGradient(run), scaleGradient: run.gradient(scale),
        shiftGradient: run.gradient(shift))
    }
    guard let inputGradient = input.gradient, !backwardIsLeft else { return }
    norm.backwardData(
      dy, x: x, mean: run.statistic(mean), scale: run.parameter(scale), fold: run.floats(fold),
      residualGradient: maskedGradient(run), scaleGradient: run.gradient(scale),
      shiftGradient: run.gradient(shift), into: run.address(inputGradient))
  }

  /// The gradient below the ReLU, where the first half of the way back has left it.
  private func maskedGradient(_ run: ReplicaRun) -> UnsafeMutableRawPointer? {
    if sumsAreTaken { return output.gradient.map { run.address($0) } }
    return masksResidual ? residual?.gradient.map { run.address($0) } : nil
  }

  /// What the convolution that made the input is told, where the second half is left to it.
  func backwardParts(_ run: ReplicaRun) -> PixelMajorNorm.BackwardParts? {
    output.gradient.map { gradient in
      norm.backwardParts(
        run.address(gradient), x: run.address(input.buffer), count: partCount, mean: run.statistic(mean),
        scale: run.parameter(scale), fold: run.floats(fold), residualGradient: maskedGradient(run),
        scaleGradient: run.gradient(scale), shiftGradient: run.gradient(shift))
    }
  }

  /// What the second half reads.
  var readBackwards: [BufferID] {
    [input.buffer, fold] + [output.gradient, residual?.gradient].compactMap { $0 }
  }

  /// The way back of a frozen norm: its statistics do not move with the input, as if the sums were zero.
  private func backwardFixed(_ run: ReplicaRun, _ dy: UnsafeMutableRawPointer) {
    let residualGradient = masksResidual ? residual?.gradient.map { run.address($0) } : nil
    if let residualGradient {
      Elementwise.reluBackward(
        dy, output: run.address(output.buffer), into: residualGradient, count: output.layout.valueCount,
        type: output.layout.type)
    }
    guard let inputGradient = input.gradient else { return }
    let zeros = run.floats(fold) + norm.foldCount
    zeros.update(repeating: 0, count: norm.channels)
    norm.backwardData(
      dy, x: run.address(input.buffer), mean: run.runningStatistic(mean), scale: run.parameter(scale),
      fold: run.floats(fold), residualGradient: residualGradient, scaleGradient: zeros,
      shiftGradient: zeros, into: run.address(inputGradient))
  }

  /// What the convolution that takes the sums is told.
  func sums(_ run: ReplicaRun) -> PixelMajorNorm.Sums {
    norm.sums(
      x: run.address(input.buffer), y: signs(run), mean: run.statistic(mean), fold: run.floats(fold),
      scaleGradient: run.gradient(scale), shiftGradient: run.gradient(shift))
  }

  /// Without a ReLU the residual's gradient is the output's, in the same memory.
  var masksResidual: Bool { residual != nil && relu }

  /// Where the ReLU's mask comes from, if the input alone does not tell.
  private func signs(_ run: ReplicaRun) -> UnsafeRawPointer? {
    masksResidual ? UnsafeRawPointer(run.address(output.buffer)) : nil
  }
}

extension PlanBuilder {
  /// A batch norm by Convoy's own kernels.
  func pixelMajorNorm(
    _ input: Value, _ layer: BatchNorm, name: String, adding residual: Value?, relu: Bool
  ) throws -> Value {
    let from = state(input)
    let shape = try layer.outputShape(for: from.shape, name: name)
    let side = try residual.map { state(withGradient(try reorder($0, to: from.layout, name: name))) }
    let output = newValue(shape, from.layout)
    let to = state(output)
    if !relu, let gradient = to.gradient, let other = side?.gradient { shareGradient(other, with: gradient) }
    let kernel = "convoy_norm" + (side == nil ? "" : "_add") + (relu ? "_relu" : "")
    record(layer: name, pass: "forward", kernel: kernel)
    if needsGradient { record(layer: name, pass: "backward", kernel: kernel) }
    var operation = try plannedNorm(from, to, layer, name: name, adding: side, relu: relu)
    operation.backwardIsLeft = !operation.isFixed && to.gradient != nil && leaveBackward(to: from)
    let fold = operation.fold
    add(
      operation,
      Uses(
        forward: [from.buffer, to.buffer, fold] + [from.sums, side?.buffer].compactMap { $0 },
        backward: [from.buffer, fold] + [from.gradient, to.gradient, side?.gradient].compactMap { $0 }
          + (side != nil && relu ? [to.buffer] : [])),
      layer: name, kind: "batch-norm" + (side == nil ? "" : " + add") + (relu ? " + relu" : ""))
    markNorm(output)
    tellConvolution(of: operation, at: operations.count - 1)
    return output
  }

  /// A batch norm that is still to be added, with a buffer for its fold.
  func plannedNorm(
    _ from: ValueState, _ to: ValueState, _ layer: BatchNorm, name: String,
    adding residual: ValueState? = nil,
    relu: Bool = false
  ) throws -> PlannedPixelMajorNorm {
    let isFixed = usesRunningStatistics(norm: name)
    let norm = PixelMajorNorm(
      rows: batch * to.shape.pixels, channels: to.shape.channels, type: from.layout.type,
      epsilon: layer.epsilon, relu: relu)
    let channels = try Layout([to.shape.channels], .x)
    let zeros = isFixed && needsGradient ? norm.channels : 0
    return PlannedPixelMajorNorm(
      norm: norm,
      scale: table.parameter(name + ".weight", layout: channels, hasGradient: followsImages(norm: name)),
      shift: table.parameter(name + ".bias", layout: channels, hasGradient: followsImages(norm: name)),
      mean: table.statistic(name + ".running_mean", layout: channels),
      variance: table.statistic(name + ".running_var", layout: channels), input: from, output: to,
      residual: residual, relu: relu,
      fold: newBuffer(byteCount: (norm.foldCount + zeros) * MemoryLayout<Float>.stride), isFixed: isFixed)
  }

  /// The batch norm that made `value`, whose output is from now on left to the operation that comes right after it
  /// and reads the value; nil where there is none, or another operation has come in between.
  func takeOverForward(of value: ValueState) -> PlannedPixelMajorNorm? {
    guard let index = value.norm, index == operations.count - 1,
      var norm = operations[index] as? PlannedPixelMajorNorm
    else { return nil }
    norm.outputIsMadeByReader = true
    replaceOperation(index, by: norm)
    return norm
  }

  /// The batch norm that made `value`, whose sums on the way back are from now on left to the operation that reads
  /// the value and makes its gradient; nil where there is none.
  func takeOverSums(of value: ValueState) -> PlannedPixelMajorNorm? {
    guard value.gradient != nil, let index = value.norm,
      var norm = operations[index] as? PlannedPixelMajorNorm, !norm.isFixed
    else { return nil }
    norm.sumsAreTaken = true
    replaceOperation(index, by: norm)
    tellConvolution(of: norm, at: index)
    // The gradient is written as it is below the ReLU, once for the norm and the residual.
    if norm.masksResidual, let gradient = norm.output.gradient, let other = norm.residual?.gradient {
      shareGradient(other, with: gradient)
    }
    return norm
  }
}
