import Networks
import Parallel

extension RunConfiguration {
  private static let usualMomentum = 0.9
  private static let usualTrustCoefficient = 0.001
  private static let usualBetas = (0.9, 0.999)
  private static let usualEpsilon = 1e-6

  /// The configuration with the optimizer's own choices filled in.
  func withOptimizerResolved() -> RunConfiguration {
    var resolved = self
    resolved.learningRate = learningRate ?? optimizer.usualLearningRate
    resolved.weightDecay = weightDecay ?? optimizer.usualWeightDecay
    switch optimizer {
    case .sgd:
      resolved.nesterov = nesterov ?? true
    case .lars:
      resolved.trustCoefficient = trustCoefficient ?? Self.usualTrustCoefficient
    case .lamb:
      resolved.beta1 = beta1 ?? Self.usualBetas.0
      resolved.beta2 = beta2 ?? Self.usualBetas.1
      resolved.epsilon = epsilon ?? Self.usualEpsilon
    }
    return resolved
  }

  /// The optimizer of a step, where the schedule may move the momentum.
  func stepOptimizer(scheduledMomentum: Double?) -> StepOptimizer {
    let momentum = Float(momentum ?? scheduledMomentum ?? Self.usualMomentum)
    let weightDecay = Float(weightDecay ?? optimizer.usualWeightDecay)
    return switch optimizer {
    case .sgd:
      .sgd(SGD(momentum: momentum, nesterov: nesterov ?? true, weightDecay: weightDecay))
    case .lars:
      .lars(
        LARS(
          momentum: momentum, weightDecay: weightDecay,
          trustCoefficient: Float(trustCoefficient ?? Self.usualTrustCoefficient)))
    case .lamb:
      .lamb(
        LAMB(
          beta1: Float(beta1 ?? Self.usualBetas.0), beta2: Float(beta2 ?? Self.usualBetas.1),
          epsilon: Float(epsilon ?? Self.usualEpsilon), weightDecay: weightDecay))
    }
  }

  /// Checks the optimizer's options, and that none is stated that it would ignore.
  func checkOptimizer() throws(TrainingError) {
    try refuse("momentum", momentum, unless: [.sgd, .lars])
    try refuse("nesterov", nesterov, unless: [.sgd])
    try refuse("trust-coefficient", trustCoefficient, unless: [.lars])
    try refuse("beta1", beta1, unless: [.lamb])
    try refuse("beta2", beta2, unless: [.lamb])
    try refuse("epsilon", epsilon, unless: [.lamb])
    if case .oneCycle(let curve) = schedule, curve.baseMomentum != nil || curve.maxMomentum != nil {
      try refuse("schedule.base-momentum", curve.baseMomentum ?? curve.maxMomentum, unless: [.sgd, .lars])
    }
    if nesterov == true && momentum == 0 {
      throw .invalidOption(name: "nesterov", value: "true", reason: "needs a momentum above 0")
    }
    try check("lr", learningRate, "must be a number above 0") { $0 > 0 && $0.isFinite }
    try check("weight-decay", weightDecay, "must be 0 or more") { $0 >= 0 && $0.isFinite }
    for (name, value) in [("momentum", momentum), ("beta1", beta1), ("beta2", beta2)] {
      try check(name, value, "must be from 0 to below 1") { (0..<1).contains($0) }
    }
    for (name, value) in [("trust-coefficient", trustCoefficient), ("epsilon", epsilon)] {
      try check(name, value, "must be a number above 0") { $0 > 0 && $0.isFinite }
    }
  }

  private func refuse(
    _ name: String, _ value: (some Any)?, unless users: [OptimizerName]
  ) throws(TrainingError) {
    guard let value, !users.contains(optimizer) else { return }
    throw .invalidOption(
      name: name, value: "\(value)",
      reason: "\(optimizer.rawValue) has none; it is for \(users.map(\.rawValue).joined(separator: " and "))")
  }

  private func check(
    _ name: String, _ value: Double?, _ reason: String, by test: (Double) -> Bool
  ) throws(TrainingError) {
    guard let value, !test(value) else { return }
    throw .invalidOption(name: name, value: "\(value)", reason: reason)
  }
}

extension RunConfiguration {
  /// How a step changes the weights.
  /// - Parameters:
  ///   - learningRate: of this step.
  ///   - step: steps done before this one, from 0.
  ///   - scheduledMomentum: where the schedule moves the momentum.
  func updateRule(learningRate: Double, step: Int, scheduledMomentum: Double? = nil) -> UpdateRule {
    UpdateRule(
      stepOptimizer(scheduledMomentum: scheduledMomentum).method, learningRate: Float(learningRate),
      step: step)
  }

  /// Values that the optimizer remembers for each weight.
  var momentCount: Int { stepOptimizer(scheduledMomentum: nil).method.momentCount }

  /// What parameters of a network have of their own, by name.
  func parameterSettings(of network: Network) throws -> [String: ParameterSetting] {
    guard let layerDecay else { return [:] }
    return try network.learningRates(layerDecay: layerDecay).mapValues { rate in
      var setting = ParameterSetting()
      setting.rate = rate
      return setting
    }
  }
}
