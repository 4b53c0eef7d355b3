import ArgumentParser
import Convoy

/// What a training run learns and how: the flags of `RunConfiguration`, whose names are its keys.
///
/// Each is nil unless given, so that flags win over `--config` and defaults stand in one place.
struct TrainingOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @OptionGroup
  var network: NetworkOptions

  @OptionGroup(title: "Data")
  var dataReading: DataOptions

  @OptionGroup(title: "Budget")
  var budget: BudgetOptions

  @OptionGroup(title: "Schedule")
  var rates: ScheduleOptions

  @OptionGroup(title: "Averaging")
  var averaging: AveragingOptions

  @OptionGroup(title: "Optimizer")
  var optimizer: OptimizerOptions

  @OptionGroup(title: "Validation")
  var validation: ValidationOptions

  @OptionGroup(title: "Clipping and penalties")
  var penalties: PenaltyOptions

  @OptionGroup(title: "Regularization")
  var regularization: RegularizationOptions

  @OptionGroup(title: "Reading images")
  var reading: ImageReadingOptions

  @Option(
    help: """
      The model's first layers: small is a 3x3 convolution of stride 1, large is as published \
      (default: \(defaults.stem.rawValue), which is small for at most 64 pixels).
      """)
  var stem: Stem?

  @Option(
    help: """
      A safetensors file to start from: a state dictionary of torchvision or timm, or a model of Convoy's, whose \
      network is taken where --model is not given. For other classes than the file's the last layer starts anew \
      (default: none).
      """)
  var weights: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Start layers anew that --weights lacks, instead of refusing the file (default: off).")
  var partialWeights: Bool?

  @Option(
    name: .customLong("init"),
    help: """
      How the weights of convolutions and dense layers start, a layer's own word in a network file excepted: \
      \(NetworkInitializer.names.joined(separator: ", ")); with options as in '{he-normal: {mode: fan-out}}' or \
      '{convolutions: he-normal, dense: {normal: 0.01}}' (default: what the model says).
      """,
    transform: { text in
      do {
        return try NetworkInitializer(text: text)
      } catch TrainingError.invalidOption(_, _, let reason) {
        throw ValidationError(reason)
      }
    })
  var initializer: NetworkInitializer?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Start the scale of the last norm of every residual branch at zero, so that each block starts as its shortcut \
      (default: off).
      """)
  var zeroInitResidual: Bool?

  @Option(
    help: "Images that are computed at a time, 1 or more (default: \(defaults.batchSize)).")
  var batchSize: Int?

  @Option(
    help: """
      Batches of one step, 1 or more: gradients are summed over them before the weights change, in the memory of \
      one batch. Full steps give, bit for bit, what one batch N times as large gives with N times the shards; the \
      last step of an epoch, where fewer images are left, does so only where the shards come out alike, and \
      --sync-batch-norm sees one batch at a time (default: \(defaults.accumulate)).
      """)
  var accumulate: Int?

  @Option(
    help: """
      What does not train: layers or tensors of `convoy models MODEL`, with * for any characters and commas \
      between several, such as "conv1,bn1,layer1.*" (default: nothing).
      """)
  var freeze: String?

  @Option(
    help: """
      The first layer that trains; all before it is frozen: \"layer4\" trains layer4 and what follows \
      (default: the network's first).
      """)
  var freezeTo: String?

  @Option(
    help: """
      What the batch norms of frozen layers do: fixed keeps their running statistics and normalises with them, \
      train goes on with those of the images (default: \(defaults.frozenNorms.rawValue)).
      """)
  var frozenNorms: FrozenNorms?

  @Option(
    help: """
      The epoch, 2 or more, from whose start on everything trains, or PATTERN@EPOCH for what fits a pattern, with \
      commas between several: "layer3@3,5" (default: never).
      """,
    transform: { text in
      guard let unfreezing = Unfreezing(text) else {
        throw ValidationError(
          "'\(text)' is neither an epoch nor PATTERN@EPOCH; an example is 3 or layer3@3,5.")
      }
      return unfreezing
    })
  var unfreezeAt: Unfreezing?

  @Option(
    help: """
      What the frozen layers in front make of the images is computed once and kept, where it takes at most so many \
      MiB and --augment is none; 0 keeps nothing. It changes the speed alone (default: \(defaults.featureCache)).
      """)
  var featureCache: Int?

  @Option(
    help: """
      The type of activations: fp32, bf16 (faster where the processor multiplies such numbers), or auto, which \
      is bf16 on processors with AMX or AVX-512-BF16 and fp32 elsewhere; weights stay fp32 \
      (default: \(defaults.precision.rawValue)).
      """)
  var precision: PrecisionChoice?

  @Option(
    help: """
      Parts that a batch is cut into, from 1 to the batch size; part of the result (default: one for every 32 \
      images, or for every core that the machine lets this process use where that is more).
      """)
  var shards: Int?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Train batch norms with the statistics of the whole batch, as one device would, not of each shard; part of \
      the result. Every shard then keeps its activations in memory until the step ends. With --accumulate the \
      statistics are over one batch at a time (default: \(defaults.syncBatchNorm ? "on" : "off")).
      """)
  var syncBatchNorm: Bool?

  @Option(help: "The seed of every random draw, 0 to 2^64-1 (default: \(defaults.seed)).")
  var seed: UInt64?

  @OptionGroup(title: "Loading")
  var loading: LoadingOptions

  @Flag(
    help: """
      Time every layer and pass in the steps of the first epoch, 100 at most; the table goes to standard error \
      and profile.json.
      """)
  var profileLayers = false

  func apply(to configuration: inout RunConfiguration) {
    network.apply(to: &configuration)
    dataReading.apply(to: &configuration)
    budget.apply(to: &configuration)
    rates.apply(to: &configuration)
    averaging.apply(to: &configuration)
    optimizer.apply(to: &configuration)
    validation.apply(to: &configuration)
    penalties.apply(to: &configuration)
    regularization.apply(to: &configuration)
    reading.apply(to: &configuration.reading)
    loading.apply(to: &configuration)
    configuration.stem = stem ?? configuration.stem
    configuration.weights = weights ?? configuration.weights
    configuration.partialWeights = partialWeights ?? configuration.partialWeights
    configuration.initializer = initializer ?? configuration.initializer
    configuration.zeroInitResidual = zeroInitResidual ?? configuration.zeroInitResidual
    configuration.batchSize = batchSize ?? configuration.batchSize
    configuration.accumulate = accumulate ?? configuration.accumulate
    configuration.freeze = freeze ?? configuration.freeze
    configuration.freezeTo = freezeTo ?? configuration.freezeTo
    configuration.frozenNorms = frozenNorms ?? configuration.frozenNorms
    configuration.unfreezeAt = unfreezeAt ?? configuration.unfreezeAt
    configuration.featureCache = featureCache ?? configuration.featureCache
    configuration.precision = precision ?? configuration.precision
    configuration.shards = shards ?? configuration.shards
    configuration.syncBatchNorm = syncBatchNorm ?? configuration.syncBatchNorm
    configuration.seed = seed ?? configuration.seed
    configuration.profileLayers = profileLayers || configuration.profileLayers
  }
}

extension Stem: ExpressibleByArgument {}
extension FrozenNorms: ExpressibleByArgument {}
extension PrecisionChoice: ExpressibleByArgument {}

extension InputSize: ExpressibleByArgument {
  /// The size that an argument states: `32` or `32x48`.
  public init?(argument: String) { self.init(argument) }
}
