import Kernels
import Networks

/// The pass that changes weights.
extension Reduction {
  /// Updates one slice, whose gradient is found first unless a pass before this one did so.
  /// - Parameter recorder: hears when the sum is done, and when the update is.
  /// - Returns: its parameter, if this was the last slice of it.
  func update(
    slice index: Int, as worker: Int, of weights: SharedWeights, _ step: StepUnderWay, _ rule: UpdateRule,
    recorder: WorkRecorder?
  ) -> Int? {
    let slice = slices[index]
    let learningRate = rule.learningRate * slice.rate
    let view: ParameterSlice
    switch rule.method {
    case .slicewise(let optimizer):
      view = takeGradient(
        slice: index, of: weights, step, rule, into: mean(of: worker), recorder: recorder)
      optimizer.update(view, learningRate: learningRate, step: rule.step - slice.firstStep)
    case .layerwise(let optimizer):
      view = self.view(slice, of: weights)
      optimizer.update(
        view, norms: norms[slice.parameter], learningRate: learningRate, step: rule.step - slice.firstStep)
    }
    if rule.penalty.isProximal { view.softThreshold(learningRate: learningRate, l1: rule.penalty.l1) }
    let bound = slice.isWeight ? rule.maxNorm : nil
    if bound == nil { settle(slice: index, of: weights) }
    recorder?.mark(.optimizer)
    guard isLast(slice) else { return nil }
    if let bound {
      units?.bound(
        slice.parameter, weights: weights.parameters.floats + table.parameters[slice.parameter].offset,
        limit: bound)
      for index in slicesOfParameter[slice.parameter] { settle(slice: index, of: weights) }
      recorder?.mark(.optimizer)
    }
    return slice.parameter
  }

  /// What follows when the weights of a slice are as the step leaves them.
  private func settle(slice index: Int, of weights: SharedWeights) {
    let slice = slices[index]
    sliceDigests[index] = BitsDigest.of(weights.parameters.floats + slice.offset, count: slice.count)
    weights.average?.follow(
      weights.parameters.floats + slice.offset, at: slice.gradientOffset, count: slice.count)
  }
}

/// Digests of the weights.
extension Reduction {
  /// The digest of each tensor of the state: a parameter's from its slices in order, a running statistic's from its values.
  /// Padding is zero always, so it tells nothing.
  func digests(of weights: SharedWeights) -> [UInt32] {
    if digestedVersion != weights.version {
      for (index, slice) in slices.enumerated() {
        sliceDigests[index] = BitsDigest.of(weights.parameters.floats + slice.offset, count: slice.count)
      }
      digestedVersion = weights.version
    }
    if frozenDigests?.version != weights.frozenVersion {
      frozenDigests = (weights.frozenVersion, self.digests(ofFrozen: weights))
    }
    var parameters = frozenDigests?.values ?? []
    for (index, slice) in slices.enumerated() { parameters[slice.parameter].add(sliceDigests[index]) }
    return places.map { place in
      switch place {
      case .parameter(let index): return parameters[index].value
      case .statistic(let index):
        let entry = table.statistics[index]
        var digest = BitsDigest()
        digest.add(BitsDigest.of(weights.runningStatistics.floats + entry.offset, count: entry.paddedCount))
        return digest.value
      }
    }
  }
}

extension Reduction {
  /// The digest of each parameter that is frozen, in the same pieces as if it trained; an empty one for the others.
  private func digests(ofFrozen weights: SharedWeights) -> [BitsDigest] {
    table.parameters.map { entry in
      var digest = BitsDigest()
      for range in entry.isTrained ? [] : Self.ranges(of: entry) {
        digest.add(
          BitsDigest.of(weights.parameters.floats + entry.offset + range.lowerBound, count: range.count))
      }
      return digest
    }
  }
}
