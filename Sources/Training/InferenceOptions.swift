import Datasets
import Loading

/// How evaluation and prediction go through images. Only `augmentation` and `reading` change the scores, and the
/// precision by rounding.
public struct InferenceOptions: Equatable, Sendable {
  /// Images of one batch.
  public var batchSize = 128
  /// The type of activations.
  public var precision = PrecisionChoice.automatic
  /// Worker threads; nil is one for each of `threads`.
  public var workers: Int?
  /// A cap on the cores that the whole process uses; nil is every core that it may use.
  public var threads: Int?
  /// Threads that read images; nil is `threads`.
  public var loaderThreads: Int?
  /// Whether batch norms are computed into the layers before them: the same scores but for rounding, sooner.
  public var foldsBatchNorm = false
  /// How each image is looked at, several times; nil is once, as it is.
  public var augmentation: TestTimeAugmentation?
  /// How the folder or manifest is read. For evaluation.
  public var folders = FolderOptions()
  /// What an unreadable image does.
  public var onBadImage = BadImagePolicy.skip
  /// How image files become pixels, where a file leaves a choice.
  public var reading = ImageReading()

  /// The defaults.
  public init() {}
}

extension InferenceOptions {
  /// The same choices as those of a run, checked, with the machine's filled in.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)``.
  func resolved() throws(TrainingError) -> RunConfiguration {
    var run = RunConfiguration(data: ".")
    run.batchSize = batchSize
    run.precision = precision
    run.workers = workers
    run.threads = threads
    run.loaderThreads = loaderThreads
    run.onBadImage = onBadImage
    run.reading = reading
    try run.validate()
    return run.resolvedHere()
  }
}
