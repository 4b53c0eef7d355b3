extension RunConfiguration {
  /// Checks the optimizer's options, and that none is stated that it would ignore.
  func checkOptimizer() throws(TrainingError) {
    let details = optimizerDetails
    try refuse("momentum", momentum, unless: OptimizerName.withMomentum)
    try refuse("nesterov", nesterov, unless: [.sgd])
    try refuse("trust-coefficient", trustCoefficient, unless: [.lars])
    try refuse("beta1", beta1, unless: OptimizerName.withBetas)
    try refuse("beta2", beta2, unless: OptimizerName.withBetas)
    try refuse("epsilon", epsilon, unless: OptimizerName.withEpsilon)
    try refuse("amsgrad", details.amsgrad, unless: [.adam, .adamw])
    try refuse("centered", details.centered, unless: [.rmsprop])
    try refuse("alpha", details.alpha, unless: [.rmsprop])
    try refuse("momentum-decay", details.momentumDecay, unless: [.nadam])
    try refuse("decoupled-weight-decay", details.decoupledWeightDecay, unless: OptimizerName.withCoupledDecay)
    if case .oneCycle(let curve) = schedule, curve.baseMomentum != nil || curve.maxMomentum != nil {
      try refuse(
        "schedule.base-momentum", curve.baseMomentum ?? curve.maxMomentum,
        unless: OptimizerName.withScheduledMomentum)
    }
    if nesterov == true && momentum == 0 {
      throw .invalidOption(name: "nesterov", value: "true", reason: "needs a momentum above 0")
    }
    if details.decoupledWeightDecay == true && usedWeightDecay == 0 {
      throw .invalidOption(
        name: "decoupled-weight-decay", value: "true", reason: "needs a weight-decay above 0")
    }
    try check("lr", learningRate, "must be a number above 0") { $0 > 0 && $0.isFinite }
    for (name, value) in [("weight-decay", weightDecay), ("momentum-decay", details.momentumDecay)] {
      try check(name, value, "must be 0 or more") { $0 >= 0 && $0.isFinite }
    }
    for (name, value) in [
      ("momentum", momentum), ("beta1", beta1), ("beta2", beta2), ("alpha", details.alpha),
    ] {
      try check(name, value, "must be from 0 to below 1") { (0..<1).contains($0) }
    }
    for (name, value) in [("trust-coefficient", trustCoefficient), ("epsilon", epsilon)] {
      try check(name, value, "must be a number above 0") { $0 > 0 && $0.isFinite }
    }
    try clipping.check()
    try penalties.check()
    try checkParameterGroups()
  }

  private func refuse(
    _ name: String, _ value: (some Any)?, unless users: [OptimizerName]
  ) throws(TrainingError) {
    guard let value, !users.contains(optimizer) else { return }
    throw .invalidOption(
      name: name, value: "\(value)",
      reason: "\(optimizer.rawValue) has none; it is for \(users.map(\.rawValue).inWords)")
  }

  private func check(
    _ name: String, _ value: Double?, _ reason: String, by test: (Double) -> Bool
  ) throws(TrainingError) {
    guard let value, !test(value) else { return }
    throw .invalidOption(name: name, value: "\(value)", reason: reason)
  }
}

extension [String] {
  /// `a`, `a and b`, `a, b and c`.
  fileprivate var inWords: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " and " + self[count - 1]
  }
}
