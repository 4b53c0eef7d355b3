import Networks
import Parallel

/// What a run is about to do: the facts of the summary at its start.
public struct RunSummary: Codable, Sendable {
  /// The data as it will be used.
  public struct Data: Codable, Sendable {
    /// The folder given.
    public var path: String
    /// How many images train.
    public var trainingImages: Int
    /// How many images validate; 0 where the folder has neither a validation nor a test split.
    public var validationImages: Int
    /// The split that validates: `"validation"`, `"test"` or nil.
    public var validationSplit: String?
    /// What of the training images is put aside to validate, as in `"fold 1/5"`; nil for none.
    public var aside: String?
    /// Class names, in the order of their indices.
    public var classes: [String]
    /// The smallest height and width found.
    public var smallest: InputSize
    /// The largest height and width found.
    public var largest: InputSize
    /// The channels that images have in their files, each once, rising (1 grey, 3 RGB, 4 with alpha).
    public var fileChannels: [Int]
  }

  /// The network.
  public struct Model: Codable, Sendable {
    /// Its name.
    public var name: String
    /// Channels of its input: 1 or 3.
    public var channels: Int
    /// Height and width of its input, in pixels.
    public var size: InputSize
    /// Trainable values.
    public var parameterCount: Int
    /// Operations of one forward pass of one image; a multiply-add counts as two.
    public var forwardFLOPs: Int
  }

  /// What does not train.
  public struct Freezing: Codable, Equatable, Sendable {
    /// Paths of layers that are frozen as a whole, and names of single tensors.
    public var layers: [String]
    /// Frozen values.
    public var parameterCount: Int
    /// What frozen batch norms do.
    public var norms: FrozenNorms
    /// When layers begin to train; nil is never.
    public var unfreezeAt: Unfreezing?
  }

  /// The learning rate of a group of layers.
  public struct LayerRate: Codable, Equatable, Sendable {
    /// Paths of its layers.
    public var layers: [String]
    /// What its learning rate is times the run's.
    public var factor: Double
    /// At the schedule's peak.
    public var learningRate: Double
  }

  /// What frozen layers make of the images: computed once, where it is kept.
  public struct Features: Codable, Equatable, Sendable {
    /// Why features are not kept.
    public enum Reason: Codable, Equatable, Sendable {
      /// By `feature-cache`.
      case turnedOff
      /// So that they differ in every epoch.
      case imagesAreAugmented
      /// With each other, so that they differ in every epoch.
      case imagesAreMixed
      /// With replacement, so that an epoch has not all of them.
      case imagesAreDrawn
      /// More than `feature-cache` allows.
      case tooLarge(mebibytes: Int)
    }

    /// The path of the layer behind which they are taken.
    public var lastLayer: String
    /// Values for each image.
    public var valuesPerImage: Int
    /// Bytes for all training and validation images.
    public var byteCount: Int
    /// Why they are not kept; nil where they are.
    public var reason: Reason?
  }

  /// What the run needs in memory, in bytes, as far as it is known before the first step.
  public struct Memory: Codable, Equatable, Sendable {
    /// The process before anything of the run was made: the program and its libraries. 0 where the system does not
    /// tell.
    public var program: Int
    /// Weights.
    public var parameters: Int
    /// Gradients of every shard.
    public var gradients: Int
    /// The optimizer's moments.
    public var moments: Int
    /// Activations of every worker, or of every shard where batch norms are over the whole batch.
    public var activations: Int
    /// The loader's ring of batches.
    public var batches: Int
    /// The features of images that frozen layers have made.
    public var features: Int
    /// Decoded images that are kept in memory, at most.
    public var cache: Int
    /// Averages of the weights.
    public var averages: Int
    /// The copy of weights, moments and averages that a checkpoint is written from; 0 where none is.
    public var checkpoint: Int
    /// What the process needs besides, as it was measured: code that is read in as it runs, kernels made at run
    /// time, stacks and small things.
    public var other: Int
    /// All of it.
    public var total: Int {
      program + parameters + gradients + moments + activations + batches + features + cache + averages
        + checkpoint + other
    }
  }

  /// A kernel that was chosen for one pass of one layer.
  public struct Kernel: Codable, Sendable, Equatable {
    /// The layer's name, as in the state's tensor names.
    public var layer: String
    /// The pass, such as `"forward"`.
    public var pass: String
    /// The kernel's name, as its library gives it.
    public var kernel: String
  }

  /// Convoy's version.
  public var version: String
  /// The data.
  public var data: Data
  /// The network.
  public var model: Model
  /// What is frozen at first; nil where everything trains.
  public var freezing: Freezing?
  /// The features that frozen layers make; nil where no layers in front are frozen.
  public var features: Features?
  /// The learning rate of each group of layers, from the input on; empty where they are all the same.
  public var layerRates: [LayerRate]
  /// What the loss of each class is multiplied by; nil where all are alike.
  public var classWeights: [ClassWeight]?
  /// What the network starts from; nil where it starts anew.
  public var weights: WeightsRecord?
  /// The memory needed.
  public var memory: Memory
  /// The type of activations.
  public var precision: PrecisionChoice
  /// Whose kernels run: Convoy's own, or oneDNN's alone where the processor lacks what those need.
  public var kernelLibrary: KernelSet.Library
  /// Worker threads, each with a replica.
  public var workers: Int
  /// Shards of a batch.
  public var shards: Int
  /// Whether batch norms train with the statistics of the whole batch, not of each shard.
  public var syncBatchNorm: Bool
  /// Threads that read images.
  public var loaderThreads: Int
  /// The cap on cores that the process uses.
  public var threads: Int
  /// Images in a batch.
  public var batchSize: Int
  /// What may end the run.
  public var limits: RunLimits
  /// The optimizer.
  public var optimizer: OptimizerName
  /// Batches that a step takes.
  public var accumulate: Int
  /// The peak learning rate, scaled for the images of a step where that was asked for.
  public var learningRate: Double
  /// Steps of one epoch.
  public var stepsPerEpoch: Int
  /// The run folder.
  public var output: String
  /// Where a resumed run goes on; nil for a new one.
  public var resumedAt: RunPosition?
  /// The kernels chosen, for `--verbose` and `run.json`; first who decodes images.
  public var kernels: [Kernel]
  /// How the weights of convolutions and dense layers started.
  public var weightStarts: [WeightStart]
  /// The variance of each layer's outputs on the images by which a new run's weights were scaled; nil where they were
  /// not.
  public var lsuv: [LayerVariance]?
}
