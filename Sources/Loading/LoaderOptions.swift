import Augmentation
import ImageCodecs

/// In which order a loader visits the images.
public enum SampleOrder: String, Codable, Sendable {
  /// A new order each epoch, keyed by seed, epoch and sample.
  case shuffled
  /// The order of the samples, each once.
  case sequential
  /// As many visits as there are samples, each sample's by its weight, keyed by seed and epoch.
  case weighted
  /// As many draws as there are samples, in which every class comes equally often, and within it samples by their
  /// weights, keyed by seed and epoch.
  case balanced
}

/// What a loader does about an image that cannot be read.
public enum BadImagePolicy: String, Codable, Sendable {
  /// Leave it out, and count it.
  case skip
  /// Stop with an error that names it.
  case fail
}

/// How a ``BatchLoader`` works.
public struct LoaderOptions: Sendable {
  /// How many images a batch holds. The last of an epoch may hold fewer.
  public var batchSize: Int
  /// How many images are decoded at the same time at most.
  public var loaderThreads: Int
  /// How many batches exist, those in the caller's hands included. They are allocated once. At least 2.
  public var ringBatches: Int
  /// The run's seed: key of the order and of the augmentation.
  public var seed: UInt64
  /// What to do to an image before it is prepared. Nil for evaluation and prediction.
  public var recipe: AugmentationRecipe?
  /// The size, channels and scale that the network expects.
  public var preprocessing: Preprocessing
  /// In which order the images are visited.
  public var order: SampleOrder
  /// How the images of a batch are mixed. Nil for evaluation and prediction.
  public var mixing: BatchMixing?
  /// What to do about an image that cannot be read.
  public var onBadImage: BadImagePolicy
  /// What is done about an image whose data end early.
  public var truncated = TruncatedImages.fail
  /// How exactly images are decoded that the recipe, `shrunkSide` or else the network's input makes smaller.
  public var decoding = DecodingSpeed.exact
  /// Images of more pixels count as unreadable.
  public var maximumPixels = usualMaximumPixels
  /// Where decoded images are kept from one epoch to the next; nil is nowhere. Changes the speed alone.
  public var cache: CacheOptions?
  /// The shorter side, at least 1, to which larger images are shrunk as soon as they are decoded, before any recipe;
  /// nil leaves them.
  public var shrunkSide: Int?
  /// Whether another image of its class takes the place of one that is skipped, so that batches keep their size.
  public var replacesBadImages = false
  /// The ways in which each image is looked at, at least one: it comes once for each, one after the other. Others than
  /// the plain one take the place of a recipe.
  public var views = [ImageView.plain]

  /// Options for training, unless order and recipe say otherwise.
  /// - Parameter ringBatches: nil for the batch in use, two ahead of it, and those that `loaderThreads` fill.
  public init(
    preprocessing: Preprocessing, batchSize: Int, loaderThreads: Int = 1, ringBatches: Int? = nil,
    seed: UInt64 = 0, recipe: AugmentationRecipe? = nil, order: SampleOrder = .shuffled,
    mixing: BatchMixing? = nil, onBadImage: BadImagePolicy = .skip
  ) {
    self.batchSize = batchSize
    self.loaderThreads = loaderThreads
    self.ringBatches = ringBatches ?? 3 + loaderThreads * BatchRing.chunkSize / max(batchSize, 1)
    self.seed = seed
    self.recipe = recipe
    self.preprocessing = preprocessing
    self.order = order
    self.mixing = mixing
    self.onBadImage = onBadImage
  }

  /// The most pixels that an image has unless more are allowed: Pillow's limit.
  public static let usualMaximumPixels = DecodeOptions().maximumPixels

  /// How images are decoded.
  var decodeOptions: DecodeOptions {
    let background = preprocessing.background
    return DecodeOptions(
      channels: preprocessing.channels, background: (background[0], background[1], background[2]),
      maximumPixels: maximumPixels, truncated: truncated)
  }

  func validate() throws(LoadingError) {
    let minima = [
      ("batch size", batchSize, 1), ("loader threads", loaderThreads, 1), ("ring", ringBatches, 2),
      ("views", views.count, 1), ("maximum of pixels", maximumPixels, 1),
    ]
    for (name, value, minimum) in minima where value < minimum {
      throw .invalidOption(name: name, value: "\(value)", expected: "at least \(minimum)")
    }
    if let shrunkSide, shrunkSide < 1 {
      throw .invalidOption(name: "shrunk side", value: "\(shrunkSide)", expected: "at least 1")
    }
    if let cache, cache.bytes < 1 {
      throw .invalidOption(name: "cache", value: "\(cache.bytes) bytes", expected: "at least 1")
    }
    try preprocessing.validate()
  }
}
