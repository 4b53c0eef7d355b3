import Augmentation
import Datasets
import Loading
import Names
import Networks

/// A configuration resolved for the data and the machine: what a run works with.
struct RunPlan: Sendable {
  /// With every choice filled in.
  var configuration: RunConfiguration
  let data: RunData
  let network: Network
  /// What the network starts from, or started from where the run is resumed; nil where it starts anew.
  let weights: WeightsRecord?
  /// The tensors of `weights`, until they are loaded.
  var startingTensors: [Tensor] = []
  let preprocessing: Preprocessing
  /// Nil where training images are only resized.
  let recipe: AugmentationRecipe?
  /// What is not as it was when the run was saved, and is allowed to be so; nothing for a new run.
  let differences: [ResumeDifference]
  /// How many of the training images are used, evenly spaced; nil for all.
  var imageLimit: Int?
  /// The rates of a range test, in place of the schedule's.
  var sweep: LearningRateSweep?
}

extension RunPlan {
  /// The training images in use.
  var samples: [ImageSample] {
    let all = data.splits.train.samples
    guard let imageLimit, imageLimit < all.count else { return all }
    return (0..<imageLimit).map { all[$0 * all.count / imageLimit] }
  }

  /// Steps of an epoch; the last may take fewer batches than the others.
  var stepsPerEpoch: Int {
    let images = min(imageLimit ?? .max, data.splits.train.samples.count)
    let batches = (images + configuration.batchSize - 1) / configuration.batchSize
    return (batches + configuration.accumulate - 1) / configuration.accumulate
  }
}

extension RunPlan {
  /// Finds the data, looks at them, and chooses what the configuration leaves open.
  ///
  /// Throws `DatasetError` and ``TrainingError``.
  /// - Parameter network: a network to train instead of the one that the configuration names.
  init(_ configuration: RunConfiguration, network given: Network?) throws {
    let data = try RunData(configuration)
    let suggested = data.survey.suggestedSize
    let size = configuration.size ?? InputSize(height: suggested.height, width: suggested.width)
    let input = InputShape.image(
      channels: configuration.channels ?? data.survey.suggestedChannels, height: size.height,
      width: size.width)
    let weights = try configuration.weights.map { path throws(TrainingError) in
      try WeightsFile(readingFrom: path)
    }
    let ofWeights =
      given == nil && configuration.model == nil
      ? try weights?.network(for: configuration, classes: data.classes.count) : nil
    var network = try Self.network(
      configuration, given: given ?? ofWeights, input: input, classes: data.classes.count
    ).starting(by: configuration)
    let fit = try weights?.fit(network, configuration)
    network = fit?.network ?? network
    let inputSize = InputSize(height: network.input.height, width: network.input.width)

    var resolved = configuration.resolvedHere()
    resolved.model = configuration.model ?? network.name
    resolved.size = inputSize
    resolved.channels = network.input.channels
    resolved.validationSplit = data.validationShare
    try resolved.validate()
    try resolved.checkFreezing(in: network)
    var preprocessing =
      weights?.preprocessing(for: network.input)
      ?? Preprocessing(channels: network.input.channels, height: inputSize.height, width: inputSize.width)
    preprocessing = configuration.reading.apply(to: preprocessing)
    if configuration.dataReading.measuredNormalization {
      preprocessing.normalize(
        by: try data.splits.train.channelStatistics(
          configuration.reading.decodeOptions(preprocessing), threads: resolved.loaderThreads ?? 1))
    }
    self.init(
      configuration: resolved, data: data, network: network, weights: fit?.record,
      startingTensors: fit?.tensors ?? [],
      preprocessing: preprocessing,
      recipe: try configuration.augment.recipe(for: inputSize, sameSize: data.commonSize == inputSize),
      differences: [])
    _ = try loss()
  }
}

extension RunPlan {
  /// The learning rate of a step.
  /// - Parameters:
  ///   - number: steps done before it.
  ///   - moment: where it is in the schedule.
  ///   - epoch: counted from 0.
  func learningRate(of number: Int, at moment: ScheduleStep, epoch: Int) -> Double {
    guard let sweep else { return configuration.learningRate(at: moment, epoch: epoch) }
    return sweep.rate(at: number) * configuration.learningRateFactor
  }
}

extension RunPlan {
  /// What a person should know before the first step.
  var warnings: [RunWarning] {
    guard let workers = configuration.workers, let shards = configuration.shards, workers > shards else {
      return data.warnings
    }
    return data.warnings
      + [.idleWorkers(workers: workers, shards: shards, isResumed: configuration.resume != nil)]
  }
}

extension RunPlan {
  private static func network(
    _ configuration: RunConfiguration, given: Network?, input: InputShape, classes: Int
  ) throws(TrainingError) -> Network {
    let isSmall = max(input.height, input.width) <= 64
    let model = configuration.model ?? given?.name ?? (isSmall ? "vgg6" : "resnet18")
    do {
      if given == nil && !NetworkFile.isPath(model) {
        guard ModelZoo.names.contains(model) else { throw unknown(model) }
        return try ModelZoo.network(named: model, input: input, classes: classes, stem: configuration.stem)
      }
      let network = try given ?? NetworkFile.read(path: model)
      try check(network, configuration, classes: classes)
      return network
    } catch let error as TrainingError {
      throw error
    } catch {
      throw .invalidOption(name: "model", value: model, reason: "\(error)")
    }
  }

  private static func unknown(_ model: String) -> TrainingError {
    let nearest = closeName(to: model, among: ModelZoo.names)
    let names = ModelZoo.names.joined(separator: ", ")
    return .invalidOption(
      name: "model", value: model,
      reason: "no such model"
        + (nearest.map { "; did you mean \($0)?" } ?? "; there are \(names), and network files (.yaml, .json)")
    )
  }

  /// A network of one's own brings its input; options that say otherwise would be ignored.
  private static func check(_ network: Network, _ configuration: RunConfiguration, classes: Int) throws {
    let input = network.input
    let size = InputSize(height: input.height, width: input.width)
    if let wanted = configuration.size, wanted != size {
      throw TrainingError.invalidOption(
        name: "size", value: "\(wanted)", reason: "the network takes images of size \(size)")
    }
    if let channels = configuration.channels, channels != input.channels {
      throw TrainingError.invalidOption(
        name: "channels", value: "\(channels)", reason: "the network takes \(input.channels)")
    }
    if configuration.stem != .automatic {
      throw TrainingError.invalidOption(
        name: "stem", value: configuration.stem.rawValue, reason: "only models of the zoo have one")
    }
    guard input.channels == 1 || input.channels == 3 else {
      throw TrainingError.invalidOption(
        name: "model", value: network.name,
        reason: "it takes \(input.channels) channels; images have 1 (grey) or 3 (RGB)")
    }
    let outputs = try network.outputCount()
    if outputs != classes {
      throw TrainingError.invalidOption(
        name: "model", value: network.name,
        reason: "it has \(outputs) outputs and the data have \(classes) classes")
    }
  }
}
