import Datasets
import Foundation
import Loading

/// Says which classes images most probably have.
public struct Predictor: Sendable {
  /// The model file.
  public let model: String
  /// How the machine is used.
  public let options: InferenceOptions

  /// A predictor of a model file; nothing is opened yet.
  public init(model: String, options: InferenceOptions = InferenceOptions()) {
    self.model = model
    self.options = options
  }

  /// Ranks the classes of every readable image.
  ///
  /// Throws ``TrainingError`` for the model, the options and paths that are not there, and `LoadingError`.
  /// - Parameters:
  ///   - paths: image files, and folders of which every image at any depth is taken, by path.
  ///   - progress: hears, on the calling thread, the images scored so far and how many there are.
  public func predict(
    paths: [String], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PredictionReport {
    let foldsBatchNorm = options.foldsBatchNorm
    let options = try options.resolved()
    let samples = try paths.flatMap { try ImageFiles.samples(at: $0) }
    return try ProcessorCap.within(options.threads) {
      let model = try InferenceModel(model, options, foldsBatchNorm: foldsBatchNorm)
      let loader = try model.loader(samples)
      var predictions: [Prediction] = []
      // Unreadable images leave no trace in a batch, so the next sample with the same identity is the one.
      var remaining = samples[...]
      loader.begin(epoch: 0)
      while let batch = try loader.next() {
        let scores = try model.parallel.scores(batch)
        let classes = model.parallel.classes
        for index in 0..<batch.count {
          remaining = remaining.drop { $0.identity != batch.samples[index] }
          guard let sample = remaining.popFirst() else { preconditionFailure("the loader keeps the order") }
          let part = Array(scores[index * classes..<(index + 1) * classes])
          predictions.append(
            Prediction(path: sample.path, classes: Self.rank(part, names: model.file.classes)))
        }
        loader.recycle(batch)
        progress(predictions.count, samples.count)
      }
      return PredictionReport(predictions: predictions, badImages: loader.badImages)
    }
  }

  /// Classes by falling probability, equal ones in class order.
  static func rank(_ scores: [Float], names: [String]) -> [Prediction.RankedClass] {
    let total = ScoreTally.logSumExp(scores)
    let probabilities = scores.map { Foundation.exp(Double($0) - total) }
    let order = probabilities.indices.sorted { first, second in
      probabilities[first] == probabilities[second]
        ? first < second : probabilities[first] > probabilities[second]
    }
    return order.map { Prediction.RankedClass(name: names[$0], probability: probabilities[$0]) }
  }
}
