extension RunConfiguration {
  /// Checks every value that can be checked without the data.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` for the first that cannot be used.
  public func validate() throws(TrainingError) {
    do {
      try checkValues()
    } catch .invalidOption(let name, let value, let reason) where preset?.sets(name, in: self) == true {
      // Whoever did not write it should know where it is from.
      let preset = preset?.rawValue ?? ""
      throw .invalidOption(name: name, value: value, reason: "\(reason); preset \(preset) sets it")
    }
  }

  private func checkValues() throws(TrainingError) {
    if data == nil && resume == nil {
      throw .invalidOption(name: "data", value: "(none)", reason: "a folder of images is needed")
    }
    if partialWeights && weights == nil {
      throw .invalidOption(name: "partial-weights", value: "true", reason: "needs weights")
    }
    try check("batch-size", batchSize, atLeast: 1)
    try check("accumulate", accumulate, atLeast: 1)
    try check("base-batch-size", baseBatchSize, atLeast: 1)
    if let baseBatchSize, learningRateScaling == .none {
      throw .invalidOption(
        name: "base-batch-size", value: "\(baseBatchSize)", reason: "needs an lr-scaling of linear or sqrt")
    }
    try check("workers", workers, atLeast: 1)
    try check("threads", threads, atLeast: 1)
    try check("shards", shards, atLeast: 1)
    try check("loader-threads", loaderThreads, atLeast: 1)
    try check("keep-checkpoints", keepCheckpoints, atLeast: 1)
    try check("stall-seconds", stallSeconds, atLeast: 0)
    try check("feature-cache", featureCache, atLeast: 0)
    try reading.check()
    try check("size", size.map { min($0.height, $0.width) }, atLeast: 1)
    if let channels, channels != 1 && channels != 3 {
      throw .invalidOption(name: "channels", value: "\(channels)", reason: "must be 1 (grey) or 3 (RGB)")
    }
    try loading.check(isResumed: resume != nil)
    try checkOptimizer()
    try checkFreezing()
    try averaging.check(epochs: epochs, schedule: schedule)
    try checkShards()
    try schedule.curve.validate()
    try checkBudget()
    try checkEarlyStopping()
    try checkObjective()
    try checkValidation()
  }

  private func checkValidation() throws(TrainingError) {
    guard let validationSplit else { return }
    try check("validation-split", validationSplit, "must be above 0 and below 1") { $0 > 0 && $0 < 1 }
    if let fold {
      throw .invalidOption(
        name: "validation-split", value: "\(validationSplit)",
        reason: "excludes fold \(fold); give one of them")
    }
  }

  /// A batch must have an image for every shard. Workers beyond the shards idle, and a run warns of them.
  private func checkShards() throws(TrainingError) {
    if let shards, batchSize < shards {
      throw .invalidOption(
        name: "batch-size", value: "\(batchSize)",
        reason: "is smaller than the number of shards (\(shards)); every shard needs an image")
    }
  }

  private func check(_ name: String, _ value: Int?, atLeast least: Int) throws(TrainingError) {
    guard let value, value < least else { return }
    throw .invalidOption(name: name, value: "\(value)", reason: "must be at least \(least)")
  }

  private func check(
    _ name: String, _ value: Double, _ reason: String, by test: (Double) -> Bool
  ) throws(TrainingError) {
    if !test(value) { throw .invalidOption(name: name, value: "\(value)", reason: reason) }
  }
}
