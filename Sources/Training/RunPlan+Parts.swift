import Datasets
import Foundation
import ImageCodecs
import Kernels
import Loading
import Networks
import Parallel

extension RunPlan {
  /// A loader of these images: shuffled and augmented for training, else each once in order.
  func loader(
    _ samples: [ImageSample], forTraining: Bool, fault: (@Sendable (String) -> Void)? = nil
  ) throws -> BatchLoader {
    var options = LoaderOptions(
      preprocessing: preprocessing, batchSize: configuration.batchSize,
      loaderThreads: configuration.loaderThreads ?? 1, seed: configuration.seed,
      recipe: forTraining ? recipe : nil,
      order: forTraining ? configuration.sampling.order(hasWeights: data.hasWeights) : .sequential,
      mixing: forTraining ? configuration.mixing.batchMixing : nil, onBadImage: configuration.onBadImage)
    configuration.reading.apply(to: &options)
    options.replacesBadImages = forTraining
    options.shrunkSide = forTraining ? configuration.loading.cacheSide : nil
    let all = self.samples.count + (data.validation?.samples.count ?? 0)
    options.cache = configuration.loading.cacheOptions(
      name: cacheName(forTraining: forTraining), share: Double(samples.count) / Double(max(all, 1)))
    options.ringBatches = try configuration.loading.ringBatches(
      of: options, most: samples.count / options.batchSize + 3)
    return try BatchLoader(samples: samples, options: options, fault: fault)
  }

  /// Bytes that images of the median size take in a cache in memory, as far as it has room for them.
  private var cacheMemory: Int {
    guard configuration.loading.cache == .ram else { return 0 }
    let (images, size) = (samples.count + (data.validation?.samples.count ?? 0), data.survey.medianSize)
    return min(
      images * size.width * size.height * preprocessing.channels,
      (configuration.loading.cacheSize ?? LoadingChoice.usualCacheSize).bytes)
  }

  /// What tells the images of a loader from others: where they are, and which of them these are.
  private func cacheName(forTraining: Bool) -> String {
    let folder = forTraining ? data.splits.train.root : data.validation?.root ?? ""
    let part = forTraining ? LeftOutImage.training : data.validationSplit ?? ""
    return [folder, part, data.aside ?? "", imageLimit.map { "\($0)" } ?? ""].joined(separator: "\n")
  }

  /// What trains in an epoch, counted from 0.
  func replicas(epoch: Int = 0) throws -> DataParallel {
    let replicas = try DataParallel(
      network: network, batchSize: configuration.batchSize, shards: configuration.shards ?? 1,
      workers: configuration.workers ?? 1, accumulation: configuration.accumulate,
      kernels: KernelSet(fastestFor: configuration.precision.numbers),
      synchronizesBatchNorm: configuration.syncBatchNorm, frozen: configuration.frozen(epoch: epoch),
      settings: try parameterSettings(),
      seed: configuration.seed, momentCount: configuration.momentCount,
      averageDecay: configuration.averaging.ema.map { Float($0) },
      measuresUnits: configuration.updateRule(learningRate: 0, step: 0).measuresUnits)
    replicas.objective = try loss()
    return replicas
  }

  /// What parameters have of their own, by name: also the step from which on those train that are frozen at first.
  func parameterSettings() throws -> [String: ParameterSetting] {
    var settings = try configuration.parameterSettings(of: network)
    let batches = (samples.count + configuration.batchSize - 1) / configuration.batchSize
    let steps = (batches + configuration.accumulate - 1) / configuration.accumulate
    var frozen = try configuration.frozen(epoch: 0).tensors(of: network)
    for epoch in configuration.freezingEpochs.dropFirst() {
      let still = try configuration.frozen(epoch: epoch).tensors(of: network)
      for name in frozen.subtracting(still) {
        settings[name, default: ParameterSetting()].firstStep = epoch * steps
      }
      frozen = still
    }
    return settings
  }

  /// The most memory that computing needs from an epoch on, counted from 0, while one set of replicas follows another.
  func largestMemory(_ replicas: DataParallel, from epoch: Int) throws -> MemoryUse {
    try configuration.freezingEpochs.filter { $0 > epoch }.map { try self.replicas(epoch: $0).memory }
      .reduce(replicas.memory) { $1.total > $0.total ? $1 : $0 }
  }

  /// What a checkpoint keeps beside the tensors.
  func facts(_ progress: RunProgress, stepLogLength: Int, changes: [RunChange]) -> Checkpoint.Facts {
    var saved = configuration
    // A run may be resumed from another working folder.
    func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
    saved.data = configuration.data.map(absolute)
    saved.dataReading.moreData = configuration.dataReading.moreData.map(absolute)
    saved.dataReading.classMap = configuration.dataReading.classMap.map(absolute)
    return Checkpoint.Facts(
      configuration: saved, network: network, weights: weights, preprocessing: preprocessing,
      recipe: recipe,
      classes: data.classes, fingerprints: data.fingerprints, arithmetic: Arithmetic(configuration.precision),
      progress: progress, stepLogLength: stepLogLength, changes: changes)
  }

  /// The facts to tell at the start.
  /// - Parameter compute: what computing needs in memory at most, later in the run.
  func summary(
    replicas: DataParallel, compute: MemoryUse, loaders: [BatchLoader], folder: RunFolder,
    resumedAt: RunPosition?,
    baseline: ProcessMemory?
  ) throws -> RunSummary {
    let costs = try network.summary()
    let survey = data.survey
    let features = features(of: replicas)
    let isKept = features.map { $0.reason == nil } ?? false
    return RunSummary(
      version: ConvoyVersion.current,
      data: RunSummary.Data(
        path: configuration.data ?? "", trainingImages: data.splits.train.samples.count,
        validationImages: data.validation?.samples.count ?? 0, validationSplit: data.validationSplit,
        aside: data.aside,
        classes: data.classes,
        smallest: InputSize(height: survey.smallestSize.height, width: survey.smallestSize.width),
        largest: InputSize(height: survey.largestSize.height, width: survey.largestSize.width),
        fileChannels: survey.channels),
      model: RunSummary.Model(
        name: network.name, channels: network.input.channels,
        size: InputSize(height: network.input.height, width: network.input.width),
        parameterCount: costs.parameterCount, forwardFLOPs: costs.forwardFLOPs),
      freezing: try freezing(epoch: resumedAt?.epoch ?? 0), features: features,
      layerRates: try layerRates(), classWeights: try classWeights(),
      weights: weights,
      memory: RunSummary.Memory(
        compute: compute, loaders: loaders, baseline: baseline,
        features: isKept ? features?.byteCount ?? 0 : 0, cache: cacheMemory,
        epochMean: configuration.averaging.swaFrom != nil, savesState: true),
      precision: configuration.precision, kernelLibrary: replicas.kernelSet.library,
      workers: configuration.workers ?? 1, shards: configuration.shards ?? 1,
      syncBatchNorm: configuration.syncBatchNorm, loaderThreads: configuration.loaderThreads ?? 1,
      threads: configuration.threads ?? 1,
      batchSize: configuration.batchSize, limits: RunLimits(configuration),
      optimizer: configuration.optimizer, accumulate: configuration.accumulate,
      learningRate: configuration.peakLearningRate,
      stepsPerEpoch: stepsPerEpoch, output: folder.path, resumedAt: resumedAt,
      kernels: [RunSummary.Kernel(layer: "images", pass: "decoding", kernel: ImageCodec.jpegDecoder)]
        + replicas.kernels.map { RunSummary.Kernel(layer: $0.layer, pass: $0.pass, kernel: $0.kernel) },
      weightStarts: try network.weightStarts())
  }
}

extension RunPlan {
  /// What is frozen in an epoch, counted from 0; nil where everything trains.
  func freezing(epoch: Int) throws -> RunSummary.Freezing? {
    let names = try configuration.frozen(epoch: epoch).tensors(of: network)
    if names.isEmpty { return nil }
    let frozen = try network.parameters().filter { $0.isTrained && names.contains($0.name) }
    return RunSummary.Freezing(
      layers: try network.paths(of: names), parameterCount: frozen.reduce(0) { $0 + $1.count },
      norms: configuration.frozenNorms, unfreezeAt: configuration.unfreezeAt)
  }

  /// The learning rate of each group of layers, from the input on; empty where they are all the same.
  private func layerRates() throws -> [RunSummary.LayerRate] {
    guard let decay = configuration.layerDecay else { return [] }
    let rates = try network.learningRates(layerDecay: decay)
    return try network.layerGroups().map { group in
      let factor = Double(rates[group.parameters[0]] ?? 1)
      return RunSummary.LayerRate(
        layers: try network.paths(of: Set(group.parameters)), factor: factor,
        learningRate: factor * configuration.peakLearningRate)
    }
  }
}

extension RunRecord {
  /// The record of a run that begins.
  init(_ plan: RunPlan, _ summary: RunSummary) {
    self.init(
      configuration: plan.configuration, versions: Versions(oneDNN: Engine.libraryVersion),
      machine: Machine.current(processors: summary.threads), summary: summary,
      fingerprints: plan.data.fingerprints, preprocessing: plan.preprocessing)
  }
}
