extension RunConfiguration: Codable {
  /// The keys, which are the flags' names.
  public enum CodingKeys: String, CodingKey, CaseIterable {
    case data, preset
    case moreData = "more-data"
    case labelFrom = "label-from"
    case classMap = "class-map"
    case measuredNormalization = "measured-normalization"
    case validationSplit = "validation-split"
    case fold, model, stem, weights
    case partialWeights = "partial-weights"
    case initializer = "init"
    case zeroInitResidual = "zero-init-residual"
    case epochs, time
    case targetAccuracy = "target-accuracy"
    case earlyStopping = "early-stopping"
    case earlyStoppingMetric = "early-stopping-metric"
    case earlyStoppingMinDelta = "early-stopping-min-delta"
    case batchSize = "batch-size"
    case accumulate
    case learningRate = "lr"
    case learningRateScaling = "lr-scaling"
    case baseBatchSize = "base-batch-size"
    case optimizer, momentum, nesterov
    case weightDecay = "weight-decay"
    case trustCoefficient = "trust-coefficient"
    case beta1, beta2, epsilon, amsgrad, centered, alpha
    case momentumDecay = "momentum-decay"
    case decoupledWeightDecay = "decoupled-weight-decay"
    case parameterGroups = "parameter-groups"
    case clipNorm = "clip-norm"
    case clipValue = "clip-value"
    case clipAdaptive = "clip-adaptive"
    case l1, l2
    case l1Proximal = "l1-proximal"
    case l1Until = "l1-until"
    case l1Sparsity = "l1-sparsity"
    case maxNorm = "max-norm"
    case freeze
    case freezeTo = "freeze-to"
    case frozenNorms = "frozen-norms"
    case unfreezeAt = "unfreeze-at"
    case featureCache = "feature-cache"
    case layerDecay = "layer-decay"
    case schedule
    case warmupEpochs = "warmup-epochs"
    case learningRateInterval = "lr-per"
    case ema
    case swaFrom = "swa-from"
    case swaLearningRate = "swa-lr"
    case snapshots
    case labelSmoothing = "label-smoothing"
    case focalGamma = "focal-gamma"
    case classWeights = "class-weights"
    case sampling, mixup, cutmix
    case mixProbability = "mix-probability"
    case inputNoise = "input-noise"
    case precision, workers, threads, shards, seed, size, channels, augment
    case syncBatchNorm = "sync-batch-norm"
    case loaderThreads = "loader-threads"
    case stallSeconds = "stall-seconds"
    case output, resume
    case allowChange = "allow-change"
    case checkpointEvery = "checkpoint-every"
    case keepCheckpoints = "keep-checkpoints"
    case onBadImage = "on-bad-image"
    case background, truncated, decode
    case maximumPixels = "max-pixels"
    case cache
    case cacheSize = "cache-size"
    case cacheFolder = "cache-dir"
    case cacheSide = "cache-side"
    case ringSize = "ring-size"
    case profileLayers = "profile-layers"
  }

  /// Reads the options that are there; the others keep the values of the preset that is named, or their defaults.
  ///
  /// Throws ``TrainingError/unknownOption(name:nearest:)`` for keys that do not exist, and `DecodingError` for
  /// values of another type.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(known: CodingKeys.allCases.map(\.rawValue))
    let options = try decoder.container(keyedBy: CodingKeys.self)
    if let preset = try options.decodeIfPresent(Preset.self, forKey: .preset) {
      try self.init(preset: preset)
    } else {
      self.init()
    }
    for option in RunOption.all { try option.read(options, &self) }
  }

  /// Writes every option that has a value.
  public func encode(to encoder: any Encoder) throws {
    var options = encoder.container(keyedBy: CodingKeys.self)
    for option in RunOption.all { try option.write(self, &options) }
  }
}
