/// One option of a training run: its key, where its value stands, and what it means to a run that is resumed.
struct RunOption: Sendable {
  typealias Key = RunConfiguration.CodingKeys

  /// What an option means to a run that is resumed.
  enum ResumeRole: Sendable {
    /// It is this process's alone: taken from here, chosen anew where it is not stated.
    case process
    /// The result does not depend on it: taken from here where it is stated, else as saved.
    case free
    /// The result depends on it: a change must be allowed.
    case result(ResumeDifference.Reach)
  }

  let key: Key
  let role: ResumeRole
  /// Takes over the value that is there; without one the default stays.
  let read: @Sendable (KeyedDecodingContainer<Key>, inout RunConfiguration) throws -> Void
  /// Writes the value, if there is one.
  let write: @Sendable (RunConfiguration, inout KeyedEncodingContainer<Key>) throws -> Void
}

extension RunOption {
  /// An option that always has a value.
  private init<Value: Codable & SendableMetatype>(
    _ key: Key, _ path: any WritableKeyPath<RunConfiguration, Value> & Sendable, _ role: ResumeRole
  ) {
    self.key = key
    self.role = role
    read = { container, configuration in
      guard let value = try container.decodeIfPresent(Value.self, forKey: key) else { return }
      configuration[keyPath: path] = value
    }
    write = { configuration, container in
      try container.encode(configuration[keyPath: path], forKey: key)
    }
  }

  /// An option without a value where the run chooses it, or does without.
  private init<Value: Codable & SendableMetatype>(
    _ key: Key, _ path: any WritableKeyPath<RunConfiguration, Value?> & Sendable, _ role: ResumeRole
  ) {
    self.key = key
    self.role = role
    read = { container, configuration in
      guard let value = try container.decodeIfPresent(Value.self, forKey: key) else { return }
      configuration[keyPath: path] = value
    }
    write = { configuration, container in
      try container.encodeIfPresent(configuration[keyPath: path], forKey: key)
    }
  }
}

extension RunOption {
  /// Every option, one for each key.
  static let all: [RunOption] = [
    RunOption(.data, \.data, .free),
    RunOption(.moreData, \.dataReading.moreData, .free),
    RunOption(.labelFrom, \.dataReading.labelFrom, .result(.order)),
    RunOption(.classMap, \.dataReading.classMap, .result(.order)),
    RunOption(.measuredNormalization, \.dataReading.measuredNormalization, .result(.everything)),
    RunOption(.preset, \.preset, .result(.everything)),
    RunOption(.validationSplit, \.validationSplit, .result(.order)),
    RunOption(.fold, \.fold, .result(.order)),
    RunOption(.model, \.model, .result(.everything)),
    RunOption(.stem, \.stem, .result(.everything)),
    RunOption(.weights, \.weights, .result(.everything)),
    RunOption(.partialWeights, \.partialWeights, .result(.everything)),
    RunOption(.initializer, \.initializer, .result(.everything)),
    RunOption(.zeroInitResidual, \.zeroInitResidual, .result(.everything)),
    RunOption(.epochs, \.budget.epochs, .result(.steps)),
    RunOption(.time, \.budget.time, .result(.steps)),
    RunOption(.targetAccuracy, \.budget.targetAccuracy, .result(.steps)),
    RunOption(.earlyStopping, \.earlyStopping.patience, .result(.steps)),
    RunOption(.earlyStoppingMetric, \.earlyStopping.metric, .result(.steps)),
    RunOption(.earlyStoppingMinDelta, \.earlyStopping.minDelta, .result(.steps)),
    RunOption(.batchSize, \.batchSize, .result(.order)),
    RunOption(.accumulate, \.accumulate, .result(.order)),
    RunOption(.learningRateScaling, \.learningRateScaling, .result(.steps)),
    RunOption(.baseBatchSize, \.baseBatchSize, .result(.steps)),
    RunOption(.learningRate, \.learningRate, .result(.steps)),
    RunOption(.optimizer, \.optimizer, .result(.everything)),
    RunOption(.momentum, \.momentum, .result(.steps)),
    RunOption(.nesterov, \.nesterov, .result(.steps)),
    RunOption(.weightDecay, \.weightDecay, .result(.steps)),
    RunOption(.trustCoefficient, \.trustCoefficient, .result(.steps)),
    RunOption(.beta1, \.beta1, .result(.steps)),
    RunOption(.beta2, \.beta2, .result(.steps)),
    RunOption(.epsilon, \.epsilon, .result(.steps)),
    RunOption(.amsgrad, \.optimizerDetails.amsgrad, .result(.steps)),
    RunOption(.centered, \.optimizerDetails.centered, .result(.everything)),
    RunOption(.alpha, \.optimizerDetails.alpha, .result(.steps)),
    RunOption(.momentumDecay, \.optimizerDetails.momentumDecay, .result(.steps)),
    RunOption(.decoupledWeightDecay, \.optimizerDetails.decoupledWeightDecay, .result(.steps)),
    RunOption(.parameterGroups, \.parameterGroups, .result(.steps)),
    RunOption(.clipNorm, \.clipping.norm, .result(.steps)),
    RunOption(.clipValue, \.clipping.value, .result(.steps)),
    RunOption(.clipAdaptive, \.clipping.adaptive, .result(.steps)),
    RunOption(.l1, \.penalties.l1, .result(.steps)),
    RunOption(.l1Proximal, \.penalties.isProximal, .result(.steps)),
    RunOption(.l1Until, \.penalties.l1Until, .result(.steps)),
    RunOption(.l1Sparsity, \.penalties.l1Sparsity, .result(.steps)),
    RunOption(.l2, \.penalties.l2, .result(.steps)),
    RunOption(.maxNorm, \.penalties.maxNorm, .result(.steps)),
    RunOption(.freeze, \.freeze, .result(.steps)),
    RunOption(.freezeTo, \.freezeTo, .result(.steps)),
    RunOption(.frozenNorms, \.frozenNorms, .result(.steps)),
    RunOption(.unfreezeAt, \.unfreezeAt, .result(.steps)),
    RunOption(.featureCache, \.featureCache, .free),
    RunOption(.layerDecay, \.layerDecay, .result(.steps)),
    RunOption(.schedule, \.schedule, .result(.steps)),
    RunOption(.warmupEpochs, \.warmupEpochs, .result(.steps)),
    RunOption(.learningRateInterval, \.learningRateInterval, .result(.steps)),
    RunOption(.ema, \.averaging.ema, .result(.steps)),
    RunOption(.swaFrom, \.averaging.swaFrom, .result(.steps)),
    RunOption(.swaLearningRate, \.averaging.swaLearningRate, .result(.steps)),
    RunOption(.snapshots, \.averaging.snapshots, .result(.steps)),
    RunOption(.labelSmoothing, \.objective.labelSmoothing, .result(.steps)),
    RunOption(.focalGamma, \.objective.focalGamma, .result(.steps)),
    RunOption(.classWeights, \.objective.classWeights, .result(.steps)),
    RunOption(.sampling, \.sampling, .result(.order)),
    RunOption(.mixup, \.mixing.mixUp, .result(.steps)),
    RunOption(.cutmix, \.mixing.cutMix, .result(.steps)),
    RunOption(.mixProbability, \.mixing.probability, .result(.steps)),
    RunOption(.inputNoise, \.inputNoise, .result(.everything)),
    RunOption(.precision, \.precision, .result(.steps)),
    RunOption(.workers, \.workers, .process),
    RunOption(.threads, \.threads, .process),
    RunOption(.shards, \.shards, .result(.steps)),
    RunOption(.syncBatchNorm, \.syncBatchNorm, .result(.steps)),
    RunOption(.seed, \.seed, .result(.order)),
    RunOption(.size, \.size, .result(.everything)),
    RunOption(.channels, \.channels, .result(.everything)),
    RunOption(.augment, \.augment, .result(.steps)),
    RunOption(.loaderThreads, \.loaderThreads, .process),
    RunOption(.stallSeconds, \.stallSeconds, .free),
    RunOption(.output, \.output, .process),
    RunOption(.resume, \.resume, .process),
    RunOption(.allowChange, \.allowChange, .process),
    RunOption(.checkpointEvery, \.checkpointEvery, .free),
    RunOption(.keepCheckpoints, \.keepCheckpoints, .free),
    RunOption(.onBadImage, \.onBadImage, .free),
    RunOption(.background, \.reading.background, .result(.everything)),
    RunOption(.truncated, \.reading.truncated, .result(.steps)),
    RunOption(.decode, \.reading.decoding, .result(.steps)),
    RunOption(.maximumPixels, \.reading.maximumPixels, .result(.steps)),
    RunOption(.cache, \.loading.cache, .free),
    RunOption(.cacheSize, \.loading.cacheSize, .free),
    RunOption(.cacheFolder, \.loading.cacheFolder, .free),
    RunOption(.cacheSide, \.loading.cacheSide, .result(.steps)),
    RunOption(.ringSize, \.loading.ringSize, .free),
    RunOption(.profileLayers, \.profileLayers, .process),
  ]

  /// Whether the result depends on it.
  var isPartOfResult: Bool { if case .result = role { true } else { false } }
}
