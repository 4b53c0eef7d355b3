import Kernels
import Networks

/// The passes over the gradients before weights change.
extension Reduction {
  /// Adds the gradients of the last mini-batch's shards to the step's sum, for one slice.
  func accumulate(slice index: Int, _ step: StepUnderWay) {
    guard let gradientSum else { preconditionFailure("there is no room for a sum") }
    let slice = slices[index]
    let sum = gradientSum.floats + slice.gradientOffset
    // The first value is copied, since 0 + -0 is not -0.
    if !step.hasSum { sum.update(from: gradients(of: 0) + slice.gradientOffset, count: slice.count) }
    for shard in (step.hasSum ? 0 : 1)..<step.shards {
      let part = gradients(of: shard) + slice.gradientOffset
      for i in 0..<slice.count { sum[i] += part[i] }
    }
  }

  /// The mean gradient of a slice over the images of a step: the sum so far, then the last mini-batch's shards in
  /// order, over the images.
  /// - Parameter mean: gets it; may be where shard 0's is.
  private func mean(_ slice: Slice, _ step: StepUnderWay, into mean: UnsafeMutablePointer<Float>) {
    let first = gradients(of: 0) + slice.gradientOffset
    if step.hasSum, let gradientSum {
      let sum = gradientSum.floats + slice.gradientOffset
      for i in 0..<slice.count { mean[i] = sum[i] + first[i] }
    } else if mean != first {
      mean.update(from: first, count: slice.count)
    }
    for shard in 1..<max(step.shards, 1) {
      let part = gradients(of: shard) + slice.gradientOffset
      for i in 0..<slice.count { mean[i] += part[i] }
    }
    let factor = 1 / Float(step.weight)
    for i in 0..<slice.count { mean[i] *= factor }
  }

  /// A slice with its gradient in shard 0's place, or elsewhere.
  func view(
    _ slice: Slice, of weights: SharedWeights, _ gradient: UnsafeMutablePointer<Float>? = nil
  ) -> ParameterSlice {
    ParameterSlice(
      weights: weights.parameters.floats + slice.offset,
      gradient: gradient ?? gradients(of: 0) + slice.gradientOffset,
      moments: weights.moments.floats + slice.gradientOffset, momentStride: table.gradientCount,
      count: slice.count, isWeight: slice.isWeight, decay: slice.decay)
  }

  /// Finds the gradient of one slice: the mean over the images, with that of the penalty, measured, each value clipped
  /// where the rule says so.
  /// - Parameter gradient: where it goes; nil is the place of shard 0's.
  func findGradient(
    slice index: Int, of weights: SharedWeights, _ step: StepUnderWay, _ rule: UpdateRule,
    into gradient: UnsafeMutablePointer<Float>? = nil, recorder: WorkRecorder?
  ) -> ParameterSlice {
    let slice = slices[index]
    mean(slice, step, into: gradient ?? gradients(of: 0) + slice.gradientOffset)
    recorder?.mark(.allReduce)
    let view = view(slice, of: weights, gradient)
    let penalty = rule.penalty
    if !penalty.isNone {
      view.addPenaltyGradient(l1: penalty.isProximal ? 0 : penalty.l1, l2: penalty.l2)
      penalties[index] = view.penalty(l1: penalty.l1, l2: penalty.l2)
    }
    if rule.holdsZeros { view.holdZeros(momentCount: weights.momentCount) }
    gradientSquares[index] = view.gradientSquares
    if case .value(let limit) = rule.clipping { view.clipGradient(limit: limit) }
    return view
  }

  /// The pass before one that needs the whole gradient: finds the gradient of one slice, and what that of its
  /// parameter's units is multiplied by when this was its last slice.
  func gather(
    slice index: Int, of weights: SharedWeights, _ step: StepUnderWay, _ rule: UpdateRule,
    recorder: WorkRecorder?
  ) {
    _ = findGradient(slice: index, of: weights, step, rule, recorder: recorder)
    let slice = slices[index]
    if isLast(slice), case .adaptive(let limit) = rule.clipping,
      settings[slice.parameter].isClippedAdaptively
    {
      units?.findGradientFactors(
        slice.parameter, weights: weights.parameters.floats + table.parameters[slice.parameter].offset,
        gradient: gradients(of: 0) + table.gradientOffset(of: slice.parameter), limit: limit)
    }
    recorder?.mark(.optimizer)
  }

  /// Finds what clips the norm of the whole gradient, which has been gathered.
  func findClippingFactor(_ rule: UpdateRule) {
    clippingFactor = 1
    if case .norm(let limit) = rule.clipping {
      clippingFactor = Float(min(1, Double(limit) / (gradientNorm + 1e-6)))
    }
  }

  /// The gradient of one slice as the optimizer takes it.
  /// - Parameter gradient: where it may go if it has not been gathered; nil is the place of shard 0's.
  func takeGradient(
    slice index: Int, of weights: SharedWeights, _ step: StepUnderWay, _ rule: UpdateRule,
    into gradient: UnsafeMutablePointer<Float>? = nil, recorder: WorkRecorder?
  ) -> ParameterSlice {
    if !rule.clipping.needsWholeGradient {
      return findGradient(slice: index, of: weights, step, rule, into: gradient, recorder: recorder)
    }
    let slice = slices[index]
    let view = view(slice, of: weights)
    view.scaleGradient(by: clippingFactor)
    if case .adaptive = rule.clipping, settings[slice.parameter].isClippedAdaptively {
      units?.scale(
        slice.parameter, gradient: gradients(of: 0) + slice.gradientOffset,
        offset: slice.offset - table.parameters[slice.parameter].offset, count: slice.count)
    }
    return view
  }

  /// Measures one slice, for an optimizer that updates it when its layer is known.
  func measure(
    slice index: Int, of weights: SharedWeights, _ step: StepUnderWay, _ rule: UpdateRule,
    _ optimizer: any LayerwiseOptimizer, recorder: WorkRecorder?
  ) {
    let view = takeGradient(slice: index, of: weights, step, rule, recorder: recorder)
    sliceNorms[index] = optimizer.measure(view, step: rule.step - slices[index].firstStep)
    recorder?.mark(.optimizer)
  }

  /// Adds up what was measured, for each parameter in the order of its slices.
  func addNorms() {
    norms.update(repeating: SquaredNorms(), count: table.parameters.count)
    for (index, slice) in slices.enumerated() { norms[slice.parameter] += sliceNorms[index] }
  }

  /// The norm of the last step's gradient, before it was clipped: the slices' squares, added up in order.
  var gradientNorm: Double {
    var sum = 0.0
    for index in slices.indices { sum += gradientSquares[index] }
    return sum.squareRoot()
  }

  /// The last step's penalty at the weights before it.
  var penalty: Double {
    var sum = 0.0
    for index in slices.indices { sum += penalties[index] }
    return sum
  }

  /// The norm of each trained parameter's gradient in the last step, before it was clipped.
  var parameterGradientNorms: [(name: String, norm: Double)] {
    zip(table.parameters, slicesOfParameter).filter { !$0.1.isEmpty }.map { entry, slices in
      (entry.specification.name, slices.reduce(0) { $0 + gradientSquares[$1] }.squareRoot())
    }
  }
}
