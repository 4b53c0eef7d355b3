import Parallel

/// An optimizer with its settings: what a step updates the weights with.
enum StepOptimizer: Equatable {
  case sgd(SGD)
  case adagrad(AdaGrad)
  case rmsprop(RMSProp)
  case adam(Adam)
  case nadam(NAdam)
  case lion(Lion)
  case lars(LARS)
  case lamb(LAMB)

  /// How it is applied.
  var method: UpdateRule.Method {
    switch self {
    case .sgd(let sgd): .slicewise(sgd)
    case .adagrad(let adagrad): .slicewise(adagrad)
    case .rmsprop(let rmsprop): .slicewise(rmsprop)
    case .adam(let adam): .slicewise(adam)
    case .nadam(let nadam): .slicewise(nadam)
    case .lion(let lion): .slicewise(lion)
    case .lars(let lars): .layerwise(lars)
    case .lamb(let lamb): .layerwise(lamb)
    }
  }
}

extension RunConfiguration {
  static let usualMomentum = 0.9
  static let usualTrustCoefficient = 0.001
  static let usualAlpha = 0.99
  static let usualMomentumDecay = 0.004

  /// The optimizer of a step, where the schedule may move the momentum.
  func stepOptimizer(scheduledMomentum: Double?) -> StepOptimizer {
    let momentum = Float(momentum ?? scheduledMomentum ?? Self.usualMomentum)
    let weightDecay = Float(usedWeightDecay)
    let beta1 = beta1 ?? scheduledMomentum ?? optimizer.usualBetas.0
    let beta2 = beta2 ?? optimizer.usualBetas.1
    let epsilon = Float(epsilon ?? optimizer.usualEpsilon)
    let decoupled = optimizerDetails.decoupledWeightDecay ?? false
    return switch optimizer {
    case .sgd:
      .sgd(
        SGD(
          momentum: momentum, nesterov: nesterov ?? true, weightDecay: weightDecay, decoupled: decoupled))
    case .adagrad:
      .adagrad(AdaGrad(epsilon: epsilon, weightDecay: weightDecay, decoupled: decoupled))
    case .rmsprop:
      .rmsprop(
        RMSProp(
          alpha: optimizerDetails.alpha ?? Self.usualAlpha, epsilon: epsilon,
          momentum: Float(self.momentum ?? 0), weightDecay: weightDecay,
          centered: optimizerDetails.centered ?? false, decoupled: decoupled))
    case .adam, .adamw:
      .adam(
        Adam(
          beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
          amsgrad: optimizerDetails.amsgrad ?? false, decoupled: decoupled || optimizer == .adamw))
    case .nadam:
      .nadam(
        NAdam(
          beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
          momentumDecay: Float(optimizerDetails.momentumDecay ?? Self.usualMomentumDecay),
          decoupled: decoupled))
    case .lion:
      .lion(Lion(beta1: beta1, beta2: beta2, weightDecay: weightDecay))
    case .lars:
      .lars(
        LARS(
          momentum: momentum, weightDecay: weightDecay,
          trustCoefficient: Float(trustCoefficient ?? Self.usualTrustCoefficient)))
    case .lamb:
      .lamb(LAMB(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay))
    }
  }

  /// The weight decay: the one that is stated, else none beside an L2 penalty, else the optimizer's usual one.
  var usedWeightDecay: Double {
    weightDecay ?? (penalties.l2 == nil ? optimizer.usualWeightDecay : 0)
  }
}
