import Datasets

/// Scores a model on a folder of images.
public struct Evaluator: Sendable {
  /// The model file.
  public let model: String
  /// How the images are gone through.
  public let options: InferenceOptions

  /// An evaluator of a model file; nothing is opened yet.
  public init(model: String, options: InferenceOptions = InferenceOptions()) {
    self.model = model
    self.options = options
  }

  /// Scores each readable image exactly once.
  ///
  /// Throws ``TrainingError`` for the model and the options, `DatasetError` for the data (also for a class that
  /// the model does not know), and `LoadingError`.
  /// - Parameters:
  ///   - data: a folder with a folder for each class, or with a test or validation split of such.
  ///   - progress: hears, on the calling thread, the images scored so far and how many there are.
  public func evaluate(
    data: String, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> EvaluationReport {
    let start = ContinuousClock.now
    return try ProcessorCap.within(options.resolved().threads) {
      let model = try InferenceModel(model, options)
      let classes = model.file.classes
      let folder = try DatasetSplits.forEvaluation(data, classes: classes, options: options.folders)
      var tally = ScoreTally(classes: classes.count)
      let badImages = try model.opinions(on: folder.samples, classes: classes) { image, opinion in
        tally.add(opinion, label: folder.samples[image].label)
        progress(tally.count, folder.samples.count)
      }
      return EvaluationReport(
        model: self.model, tally, on: folder, classes: classes, tta: options.augmentation,
        badImages: badImages, seconds: start.seconds)
    }
  }
}
