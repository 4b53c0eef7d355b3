import Kernels

/// A batch norm over the whole mini-batch, in a plan for one shard of it: two operations, between which the
/// shards meet on either way. The first one sums on the way forward and applies on the way back, the second one
/// the other way round.
///
/// Source: Peng et al., "MegDet: a large mini-batch object detector", CVPR 2018 (cross-GPU batch normalization).
public struct SynchronizedNorm: Sendable {
  /// Places of scale and shift among the table's parameters. The gradients that the shards leave there on the
  /// way back are to be added up before any shard goes on.
  public let scale, shift: Int
  /// Places of mean and variance among the table's statistics, to be combined on the way forward.
  public let mean, variance: Int
  /// Channels, and values of each channel in one image.
  public let channels, pixels: Int

  let norm: PixelMajorNorm
  let input, output: PlanBuilder.ValueState
  /// What is added before the ReLU.
  let residual: PlanBuilder.ValueState?
  /// Whether a ReLU's mask is applied to the residual's gradient; else that is the output's, in the same memory.
  let masks: Bool
  let fold: BufferID
  /// The mini-batch's gradients of scale and shift, times the shard's share of it.
  let sums: BufferID

  /// Where the gradient below the ReLU goes, for the residual.
  func residualGradient(_ run: ReplicaRun) -> UnsafeMutableRawPointer? {
    masks ? residual?.gradient.map { run.address($0) } : nil
  }
}

/// What comes before the meeting on the way forward, and after it on the way back.
struct PlannedNormStatistics: PlannedOperation {
  let whole: SynchronizedNorm
  /// Images of the shard.
  let images: Int

  func forward(_ run: ReplicaRun) {
    whole.norm.statistics(
      run.address(whole.input.buffer), sums: whole.input.sums.map { UnsafePointer(run.floats($0)) },
      mean: run.statistic(whole.mean), variance: run.statistic(whole.variance))
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = whole.output.gradient, let inputGradient = whole.input.gradient else { return }
    let share = Float(images) / Float(run.wholeImages)
    let (scaleGradient, shiftGradient) = (run.wholeGradient(whole.scale), run.wholeGradient(whole.shift))
    let sums = run.floats(whole.sums)
    for c in 0..<whole.channels {
      sums[c] = scaleGradient[c] * share
      sums[whole.channels + c] = shiftGradient[c] * share
    }
    whole.norm.backwardData(
      run.address(outputGradient), x: run.address(whole.input.buffer), mean: run.wholeStatistic(whole.mean),
      scale: run.parameter(whole.scale), fold: run.floats(whole.fold),
      residualGradient: whole.residualGradient(run), scaleGradient: sums,
      shiftGradient: sums + whole.channels, into: run.address(inputGradient))
  }
}

/// What comes after the meeting on the way forward, and before it on the way back.
struct PlannedNormScaling: PlannedOperation {
  let whole: SynchronizedNorm

  func forward(_ run: ReplicaRun) {
    whole.norm.forward(
      run.address(whole.input.buffer), mean: run.wholeStatistic(whole.mean),
      variance: run.wholeStatistic(whole.variance), scale: run.parameter(whole.scale),
      shift: run.parameter(whole.shift), fold: run.floats(whole.fold),
      residual: whole.residual.map { UnsafeRawPointer(run.address($0.buffer)) },
      into: run.address(whole.output.buffer))
  }

  func backward(_ run: ReplicaRun) {
    guard let outputGradient = whole.output.gradient else { return }
    whole.norm.backwardSums(
      run.address(outputGradient), x: run.address(whole.input.buffer),
      y: whole.masks ? UnsafeRawPointer(run.address(whole.output.buffer)) : nil,
      mean: run.wholeStatistic(whole.mean), fold: run.floats(whole.fold),
      residualGradient: whole.residualGradient(run), scaleGradient: run.gradient(whole.scale),
      shiftGradient: run.gradient(whole.shift))
  }
}

extension PlanBuilder {
  /// A batch norm over the whole mini-batch, with a residual added and ReLU on top if asked for. It needs rows of
  /// channels; a value in another order gets that order again, for oneDNN's convolutions are many times slower
  /// in one that is not their own.
  func synchronizedNorm(
    _ input: Value, _ layer: BatchNorm, name: String, adding residual: Value?, relu: Bool
  ) throws -> Value {
    let from = state(try withChannelsInnermost(input, name: name))
    let shape = try layer.outputShape(for: from.shape, name: name)
    let channels = try Layout([shape.channels], .x)
    let side = try residual.map { state(withGradient(try reorder($0, to: from.layout, name: name))) }
    let output = newValue(shape, from.layout)
    if !relu, let gradient = side?.gradient { shareGradient(gradient, with: output) }
    let to = state(output)
    let norm = PixelMajorNorm(
      rows: batch * shape.pixels, channels: shape.channels, type: from.layout.type, epsilon: layer.epsilon,
      relu: relu)
    let size = MemoryLayout<Float>.stride
    let whole = SynchronizedNorm(
      scale: table.parameter(name + ".weight", layout: channels),
      shift: table.parameter(name + ".bias", layout: channels),
      mean: table.statistic(name + ".running_mean", layout: channels),
      variance: table.statistic(name + ".running_var", layout: channels), channels: shape.channels,
      pixels: shape.pixels, norm: norm, input: from, output: to, residual: side,
      masks: side != nil && relu, fold: newBuffer(byteCount: norm.foldCount * size),
      sums: newBuffer(byteCount: 2 * shape.channels * size))
    let gradients = [to.gradient, side?.gradient].compactMap { $0 }
    add(
      PlannedNormStatistics(whole: whole, images: batch),
      Uses(
        forward: [from.buffer] + [from.sums].compactMap { $0 },
        backward: [from.buffer, whole.fold, whole.sums] + [from.gradient].compactMap { $0 } + gradients),
      layer: name, kind: "batch-norm statistics")
    meet(for: whole)
    let suffix = (side == nil ? "" : "_add") + (relu ? "_relu" : "")
    for pass in ["forward", "backward"] {
      record(layer: name, pass: pass, kernel: "convoy_synchronized_norm" + suffix)
    }
    add(
      PlannedNormScaling(whole: whole),
      Uses(
        forward: [from.buffer, to.buffer, whole.fold] + [side?.buffer].compactMap { $0 },
        backward: [from.buffer, whole.fold] + gradients + (whole.masks ? [to.buffer] : [])),
      layer: name, kind: "batch-norm" + (side == nil ? "" : " + add") + (relu ? " + relu" : ""))
    return try reorder(output, to: state(input).layout, name: name)
  }
}
