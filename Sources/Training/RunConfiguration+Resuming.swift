import Foundation

extension RunConfiguration {
  /// What an option means to a run that is resumed.
  enum ResumeRole {
    /// It is this process's alone: taken from here, chosen anew where it is not stated.
    case process
    /// The result does not depend on it: taken from here where it is stated, else as saved.
    case free
    /// The result depends on it: a change must be allowed.
    case result(ResumeDifference.Reach)
  }

  /// The role of each option. A new one must be given its place here.
  private static func role(of key: CodingKeys) -> ResumeRole {
    switch key {
    case .workers, .threads, .loaderThreads, .profileLayers, .output, .resume, .allowChange: .process
    case .data, .stallSeconds, .checkpointEvery, .keepCheckpoints, .onBadImage, .featureCache: .free
    case .epochs, .learningRate, .learningRateScaling, .baseBatchSize, .momentum, .nesterov, .weightDecay,
      .trustCoefficient, .beta1, .beta2, .epsilon,
      .schedule, .warmupEpochs, .precision,
      .freeze, .freezeTo, .frozenNorms, .unfreezeAt, .layerDecay,
      .shards, .syncBatchNorm, .augment:
      .result(.steps)
    case .batchSize, .accumulate, .seed: .result(.order)
    case .model, .stem, .initializer, .zeroInitResidual, .weights, .partialWeights, .size, .channels,
      .optimizer:
      .result(.everything)
    }
  }

  /// Whether the result depends on an option.
  static func isPartOfResult(_ key: CodingKeys) -> Bool {
    if case .result = role(of: key) { true } else { false }
  }

  /// The configuration of a run that goes on: the saved one, with what is stated here.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` where another output than the run is stated.
  /// - Parameters:
  ///   - saved: the configuration that the run was saved with.
  ///   - stated: the options that a person stated; nil takes those that differ from the defaults.
  /// - Returns: the configuration, and what of it the result depends on and is not as saved.
  func goingOn(
    with saved: RunConfiguration, stated: Set<CodingKeys>?
  ) throws -> (configuration: RunConfiguration, differences: [ResumeDifference]) {
    if let output, output != resume {
      throw TrainingError.invalidOption(
        name: "output", value: output, reason: "a resumed run writes to its own folder (\(resume ?? ""))")
    }
    var decided = self
    decided.precision = precision.resolved
    let (here, defaults) = (try decided.values(), try RunConfiguration().values())
    var merged = try saved.values()
    var differences: [ResumeDifference] = []
    for key in CodingKeys.allCases {
      let name = key.rawValue
      let isStated = try stated?.contains(key) ?? (text(here[name]) != text(defaults[name]))
      switch Self.role(of: key) {
      case .process: merged[name] = here[name]
      case .free: if isStated { merged[name] = here[name] }
      case .result(let reach):
        let (before, now) = (try text(merged[name]), try text(here[name]))
        if !isStated || before == now { continue }
        differences.append(
          ResumeDifference(name: name, detail: "was \(before ?? "unset"), is \(now ?? "unset")", reach: reach)
        )
        merged[name] = here[name]
      }
    }
    merged[CodingKeys.output.rawValue] = resume
    let data = try JSONSerialization.data(withJSONObject: merged)
    let configuration = try MetadataJSON.value(
      RunConfiguration.self, from: String(decoding: data, as: UTF8.self))
    return (configuration, differences)
  }

  /// Every option that has a value, as JSON.
  private func values() throws -> [String: Any] {
    let text = try MetadataJSON.text(self)
    return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  /// A JSON value's text.
  private func text(_ value: Any?) throws -> String? {
    guard let value else { return nil }
    let data = try JSONSerialization.data(
      withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
  }
}
