import Datasets
import Loading
import Networks

/// Every choice of a training run, with its defaults: the options of `convoy train`.
///
/// The keys in YAML and JSON are the flags' names without the dashes in front (`batch-size`, `lr`). A key that
/// does not exist is an error. Optional values that are nil are chosen when the run begins and recorded in
/// `run.json`.
public struct RunConfiguration: Equatable, Sendable {
  /// The folder of images, with `train/` (and `val/`, `test/`) or class folders in it; nil only where `resume`
  /// states a run.
  public var data: String?
  /// How folders and manifests are read, and how their pixels are measured.
  public var dataReading = DataReading()
  /// The share of the training images that is put aside to validate on, above 0 and below 1, of each class; nil puts
  /// none aside.
  public var validationSplit: Double?
  /// The fold of a cross-validation that is put aside to validate on; nil puts none aside.
  public var fold: Fold?
  /// A name of the model zoo or the path of a network file (YAML or JSON); nil is `vgg6` for images of at most
  /// 64 pixels and `resnet18` for larger ones.
  public var model: String?
  /// The first layers of a zoo model.
  public var stem = Stem.automatic
  /// A safetensors file that the network starts from: a state dictionary of torchvision or timm, or a model of
  /// Convoy's, whose network is taken where `model` is nil. Needed only when the run begins.
  public var weights: String?
  /// Whether layers that `weights` lacks start anew. The classifier does so without, where the classes are others.
  public var partialWeights = false
  /// How weights start, in place of what the model says; a layer's own word wins. Nil is the model's.
  public var initializer: NetworkInitializer?
  /// Whether the scale of the last norm of every residual branch starts at zero.
  public var zeroInitResidual = false
  /// The preset whose options these began with, for the record; it has no effect of its own.
  public var preset: Preset?
  /// How long it trains.
  public var budget = RunBudget()
  /// When it ends because it learns nothing more.
  public var earlyStopping = EarlyStopping()
  /// Images that are computed at a time; a step takes `accumulate` such batches.
  public var batchSize = 128
  /// Batches of one step: their gradients are summed before the weights change. The last step of an epoch takes
  /// what is left.
  public var accumulate = 1
  /// The peak learning rate, before `learningRateScaling`; nil is the optimizer's usual one.
  public var learningRate: Double?
  /// How the learning rate follows the images of a step.
  public var learningRateScaling = LearningRateScaling.none
  /// The images of a step for which `learningRate` was found; nil is 256. Only where the rate is scaled.
  public var baseBatchSize: Int?
  /// The optimizer.
  public var optimizer = OptimizerName.sgd
  /// The share of the last update that the next one keeps, 0..<1; nil is what the schedule says, and 0.9 where it
  /// says nothing; for rmsprop 0. For sgd, rmsprop and lars.
  public var momentum: Double?
  /// Whether momentum looks ahead (Nesterov's form); nil is true. For sgd.
  public var nesterov: Bool?
  /// The weight decay of weights that are neither biases nor of norm layers; nil is the optimizer's usual one, and 0
  /// beside an L2 penalty.
  public var weightDecay: Double?
  /// How much of a layer's size a step of learning rate 1 may be; nil is 0.001. For lars.
  public var trustCoefficient: Double?
  /// What the mean of the gradient keeps of itself a step; nil is what the schedule says, and 0.9 where it says nothing.
  /// For adam, adamw, nadam, lion and lamb.
  public var beta1: Double?
  /// What the mean of the gradient's square keeps; nil is 0.999, and for lion, whose momentum keeps it, 0.99. For adam,
  /// adamw, nadam, lion and lamb.
  public var beta2: Double?
  /// Keeps a step finite where gradients vanish; nil is 1e-8, 1e-10 for adagrad and 1e-6 for lamb. For adagrad, rmsprop,
  /// adam, adamw, nadam and lamb.
  public var epsilon: Double?
  /// What single optimizers have besides.
  public var optimizerDetails = OptimizerDetails()
  /// Parameters that learn or decay otherwise than the rest; where several fit, rates multiply and the last decay wins.
  public var parameterGroups: [ParameterGroup] = []
  /// What bounds the gradient of each step.
  public var clipping = ClippingChoice()
  /// What keeps weights small beside weight decay, or makes them zero.
  public var penalties = PenaltyChoice()
  /// What does not train: paths of layers or names of tensors, with `*` for any characters and commas between
  /// several.
  public var freeze: String?
  /// The path of the first layer that trains: all before it in the network's order is frozen.
  public var freezeTo: String?
  /// What the batch norms of frozen layers do.
  public var frozenNorms = FrozenNorms.fixed
  /// When frozen layers begin to train; nil is never.
  public var unfreezeAt: Unfreezing?
  /// Mebibytes that the features of frozen layers may take, which are then computed once; 0 keeps none.
  public var featureCache = 1024
  /// What the learning rate of a group of layers is times that of the next one, towards the input; nil is 1.
  public var layerDecay: Double?
  /// How the learning rate changes over the run.
  public var schedule = Schedule.oneCycle(OneCycle())
  /// Epochs in which the learning rate rises to its peak; may be a fraction. For the one-cycle schedule, 0 means
  /// its own rise.
  public var warmupEpochs = 0.0
  /// How often the learning rate follows the schedule.
  public var learningRateInterval = LearningRateInterval.step
  /// Averages of the weights, and snapshots.
  public var averaging = WeightAveraging()
  /// What is minimised.
  public var objective = ObjectiveOptions()
  /// How the images of a batch are mixed.
  public var mixing = MixingOptions()
  /// Which training images an epoch has.
  public var sampling = ImageSampling.shuffled
  /// The standard deviation of noise on training images, in units of normalised values; 0 is none.
  public var inputNoise = 0.0
  /// The type of activations; part of the result.
  public var precision = PrecisionChoice.automatic
  /// Worker threads, each with a replica; nil is one for each physical core within `threads`, and at most one for
  /// each shard. Those beyond the shards idle.
  public var workers: Int?
  /// A cap on the cores that the whole process uses; nil is every core that it may use.
  public var threads: Int?
  /// Parts that a batch is cut into, part of the result; nil is one for every 32 images, or for every processor
  /// that the machine lets this process use (whatever `threads` and `workers` say) where that is more, and at most
  /// one for each image.
  public var shards: Int?
  /// Whether batch norms train with the statistics of the whole batch, not of each shard; part of the result.
  public var syncBatchNorm = false
  /// The seed of every random draw.
  public var seed: UInt64 = 0
  /// The size that images get; nil is chosen from the data.
  public var size: InputSize?
  /// 1 (grey) or 3 (RGB); nil is chosen from the data.
  public var channels: Int?
  /// The augmentation of training images.
  public var augment = AugmentationChoice.automatic
  /// Threads that read images; nil is `threads`.
  public var loaderThreads: Int?
  /// Seconds without any progress after which a run counts as hanging (``RunEvent/stalled(_:)``); 0 is never.
  public var stallSeconds = 300
  /// The run folder; nil is `runs/DATA-MODEL`, with a number added where it exists.
  public var output: String?
  /// A run folder to go on with, with its own configuration.
  public var resume: String?
  /// Whether a run that is resumed goes on although something that its result depends on is not as it was.
  public var allowChange = false
  /// How often a checkpoint is saved; one is also saved at the end, and when a run is stopped.
  public var checkpointEvery = CheckpointInterval.epochs(1)
  /// How many checkpoints are kept, the newest included.
  public var keepCheckpoints = 2
  /// How images are read.
  public var loading = LoadingChoice()
  /// What an unreadable image does.
  public var onBadImage = BadImagePolicy.skip
  /// How image files become pixels, where a file leaves a choice.
  public var reading = ImageReading()
  /// Whether the steps of the first epoch (100 at most) are timed layer by layer.
  public var profileLayers = false

  /// The defaults.
  public init(data: String? = nil) {
    self.data = data
  }
}
