import Datasets
import Foundation

/// Scores a model on a folder of images.
public struct Evaluator: Sendable {
  /// The model file.
  public let model: String
  /// How the machine is used.
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
    let foldsBatchNorm = options.foldsBatchNorm
    let options = try options.resolved()
    return try ProcessorCap.within(options.threads) {
      let model = try InferenceModel(model, options, foldsBatchNorm: foldsBatchNorm)
      let folder = try DatasetSplits.forEvaluation(data, classes: model.file.classes)
      let loader = try model.loader(folder.samples)
      let tally = try model.parallel.tally(loader) { progress($0, folder.samples.count) }
      return EvaluationReport(
        model: self.model, data: folder.root, score: tally.score,
        classes: tally.classReports(names: model.file.classes), confusion: tally.confusionRows,
        badImages: loader.badImages, seconds: start.seconds)
    }
  }
}
