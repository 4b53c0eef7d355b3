import Parallel

extension RunConfiguration {
  /// The configuration with the optimizer's own choices filled in.
  func withOptimizerResolved() -> RunConfiguration {
    var resolved = self
    resolved.learningRate = learningRate ?? optimizer.usualLearningRate
    resolved.weightDecay = usedWeightDecay
    switch optimizer {
    case .sgd: resolved.nesterov = nesterov ?? true
    case .lars: resolved.trustCoefficient = trustCoefficient ?? Self.usualTrustCoefficient
    case .rmsprop:
      resolved.momentum = momentum ?? 0
      resolved.optimizerDetails.alpha = optimizerDetails.alpha ?? Self.usualAlpha
      resolved.optimizerDetails.centered = optimizerDetails.centered ?? false
    case .adam, .adamw: resolved.optimizerDetails.amsgrad = optimizerDetails.amsgrad ?? false
    case .nadam:
      resolved.optimizerDetails.momentumDecay = optimizerDetails.momentumDecay ?? Self.usualMomentumDecay
    case .adagrad, .lion, .lamb: break
    }
    if OptimizerName.withBetas.contains(optimizer) {
      // Where the schedule moves beta1 it stays open.
      resolved.beta1 = beta1 ?? (scheduleMovesMomentum ? nil : optimizer.usualBetas.0)
      resolved.beta2 = beta2 ?? optimizer.usualBetas.1
    }
    if OptimizerName.withEpsilon.contains(optimizer) { resolved.epsilon = epsilon ?? optimizer.usualEpsilon }
    return resolved
  }

  /// How a step changes the weights.
  /// - Parameters:
  ///   - learningRate: of this step.
  ///   - step: steps done before this one, from 0.
  ///   - holdsZeros: whether L1 has ended and the zeros that it made stay.
  ///   - scheduledMomentum: where the schedule moves the momentum.
  func updateRule(learningRate: Double, step: Int, holdsZeros: Bool = false, scheduledMomentum: Double? = nil)
    -> UpdateRule
  {
    var rule = UpdateRule(
      stepOptimizer(scheduledMomentum: scheduledMomentum).method, learningRate: Float(learningRate),
      step: step)
    rule.clipping = clipping.clipping
    rule.penalty = penalties.penalty(holdsZeros: holdsZeros)
    rule.holdsZeros = holdsZeros
    rule.maxNorm = penalties.maxNorm.map(Float.init)
    return rule
  }

  /// Values that the optimizer remembers for each weight.
  var momentCount: Int { stepOptimizer(scheduledMomentum: nil).method.momentCount }

  private var scheduleMovesMomentum: Bool {
    if case .oneCycle(let curve) = schedule { curve.baseMomentum != nil } else { false }
  }
}
