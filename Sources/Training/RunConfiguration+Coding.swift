extension RunConfiguration: Codable {
  /// The keys, which are the flags' names.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case data, model, stem, weights
    case partialWeights = "partial-weights"
    case initializer = "init"
    case zeroInitResidual = "zero-init-residual"
    case epochs
    case batchSize = "batch-size"
    case accumulate
    case learningRate = "lr"
    case learningRateScaling = "lr-scaling"
    case baseBatchSize = "base-batch-size"
    case optimizer, momentum, nesterov
    case weightDecay = "weight-decay"
    case trustCoefficient = "trust-coefficient"
    case beta1, beta2, epsilon
    case freeze
    case freezeTo = "freeze-to"
    case frozenNorms = "frozen-norms"
    case unfreezeAt = "unfreeze-at"
    case featureCache = "feature-cache"
    case layerDecay = "layer-decay"
    case schedule
    case warmupEpochs = "warmup-epochs"
    case precision, workers, threads, shards, seed, size, channels, augment
    case syncBatchNorm = "sync-batch-norm"
    case loaderThreads = "loader-threads"
    case stallSeconds = "stall-seconds"
    case output, resume
    case allowChange = "allow-change"
    case checkpointEvery = "checkpoint-every"
    case keepCheckpoints = "keep-checkpoints"
    case onBadImage = "on-bad-image"
    case profileLayers = "profile-layers"
  }

  /// Reads the options that are there; the others keep their defaults.
  ///
  /// Throws ``TrainingError/unknownOption(name:nearest:)`` for keys that do not exist, and `DecodingError` for
  /// values of another type.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue))
    let options = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, default value: Value) throws -> Value {
      try options.decodeIfPresent(Value.self, forKey: key) ?? value
    }
    self.init()
    data = try value(.data, default: data)
    model = try value(.model, default: model)
    stem = try value(.stem, default: stem)
    weights = try value(.weights, default: weights)
    partialWeights = try value(.partialWeights, default: partialWeights)
    initializer = try value(.initializer, default: initializer)
    zeroInitResidual = try value(.zeroInitResidual, default: zeroInitResidual)
    epochs = try value(.epochs, default: epochs)
    batchSize = try value(.batchSize, default: batchSize)
    accumulate = try value(.accumulate, default: accumulate)
    learningRateScaling = try value(.learningRateScaling, default: learningRateScaling)
    baseBatchSize = try value(.baseBatchSize, default: baseBatchSize)
    learningRate = try value(.learningRate, default: learningRate)
    optimizer = try value(.optimizer, default: optimizer)
    momentum = try value(.momentum, default: momentum)
    nesterov = try value(.nesterov, default: nesterov)
    weightDecay = try value(.weightDecay, default: weightDecay)
    trustCoefficient = try value(.trustCoefficient, default: trustCoefficient)
    beta1 = try value(.beta1, default: beta1)
    beta2 = try value(.beta2, default: beta2)
    epsilon = try value(.epsilon, default: epsilon)
    freeze = try value(.freeze, default: freeze)
    freezeTo = try value(.freezeTo, default: freezeTo)
    frozenNorms = try value(.frozenNorms, default: frozenNorms)
    unfreezeAt = try value(.unfreezeAt, default: unfreezeAt)
    featureCache = try value(.featureCache, default: featureCache)
    layerDecay = try value(.layerDecay, default: layerDecay)
    schedule = try value(.schedule, default: schedule)
    warmupEpochs = try value(.warmupEpochs, default: warmupEpochs)
    precision = try value(.precision, default: precision)
    workers = try value(.workers, default: workers)
    threads = try value(.threads, default: threads)
    shards = try value(.shards, default: shards)
    syncBatchNorm = try value(.syncBatchNorm, default: syncBatchNorm)
    seed = try value(.seed, default: seed)
    size = try value(.size, default: size)
    channels = try value(.channels, default: channels)
    augment = try value(.augment, default: augment)
    loaderThreads = try value(.loaderThreads, default: loaderThreads)
    stallSeconds = try value(.stallSeconds, default: stallSeconds)
    output = try value(.output, default: output)
    resume = try value(.resume, default: resume)
    allowChange = try value(.allowChange, default: allowChange)
    checkpointEvery = try value(.checkpointEvery, default: checkpointEvery)
    keepCheckpoints = try value(.keepCheckpoints, default: keepCheckpoints)
    onBadImage = try value(.onBadImage, default: onBadImage)
    profileLayers = try value(.profileLayers, default: profileLayers)
  }

  /// Writes every option that has a value.
  public func encode(to encoder: any Encoder) throws {
    var options = encoder.container(keyedBy: CodingKeys.self)
    try options.encodeIfPresent(data, forKey: .data)
    try options.encodeIfPresent(model, forKey: .model)
    try options.encode(stem, forKey: .stem)
    try options.encodeIfPresent(weights, forKey: .weights)
    try options.encode(partialWeights, forKey: .partialWeights)
    try options.encodeIfPresent(initializer, forKey: .initializer)
    try options.encode(zeroInitResidual, forKey: .zeroInitResidual)
    try options.encode(epochs, forKey: .epochs)
    try options.encode(batchSize, forKey: .batchSize)
    try options.encode(accumulate, forKey: .accumulate)
    try options.encode(learningRateScaling, forKey: .learningRateScaling)
    try options.encodeIfPresent(baseBatchSize, forKey: .baseBatchSize)
    try options.encodeIfPresent(learningRate, forKey: .learningRate)
    try options.encode(optimizer, forKey: .optimizer)
    try options.encodeIfPresent(momentum, forKey: .momentum)
    try options.encodeIfPresent(nesterov, forKey: .nesterov)
    try options.encodeIfPresent(weightDecay, forKey: .weightDecay)
    try options.encodeIfPresent(trustCoefficient, forKey: .trustCoefficient)
    try options.encodeIfPresent(beta1, forKey: .beta1)
    try options.encodeIfPresent(beta2, forKey: .beta2)
    try options.encodeIfPresent(epsilon, forKey: .epsilon)
    try options.encodeIfPresent(freeze, forKey: .freeze)
    try options.encodeIfPresent(freezeTo, forKey: .freezeTo)
    try options.encode(frozenNorms, forKey: .frozenNorms)
    try options.encodeIfPresent(unfreezeAt, forKey: .unfreezeAt)
    try options.encode(featureCache, forKey: .featureCache)
    try options.encodeIfPresent(layerDecay, forKey: .layerDecay)
    try options.encode(schedule, forKey: .schedule)
    try options.encode(warmupEpochs, forKey: .warmupEpochs)
    try options.encode(precision, forKey: .precision)
    try options.encodeIfPresent(workers, forKey: .workers)
    try options.encodeIfPresent(threads, forKey: .threads)
    try options.encodeIfPresent(shards, forKey: .shards)
    try options.encode(syncBatchNorm, forKey: .syncBatchNorm)
    try options.encode(seed, forKey: .seed)
    try options.encodeIfPresent(size, forKey: .size)
    try options.encodeIfPresent(channels, forKey: .channels)
    try options.encode(augment, forKey: .augment)
    try options.encodeIfPresent(loaderThreads, forKey: .loaderThreads)
    try options.encode(stallSeconds, forKey: .stallSeconds)
    try options.encodeIfPresent(output, forKey: .output)
    try options.encodeIfPresent(resume, forKey: .resume)
    try options.encode(allowChange, forKey: .allowChange)
    try options.encode(checkpointEvery, forKey: .checkpointEvery)
    try options.encode(keepCheckpoints, forKey: .keepCheckpoints)
    try options.encode(onBadImage, forKey: .onBadImage)
    try options.encode(profileLayers, forKey: .profileLayers)
  }
}
