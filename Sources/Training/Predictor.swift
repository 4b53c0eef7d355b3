import Datasets
import Loading

/// Says which classes images most probably have: by one model, or by several together.
public struct Predictor: Sendable {
  /// The model files.
  public let models: [String]
  /// How the opinions of several models become one.
  public let rule: EnsembleRule
  /// How the images are gone through.
  public let options: InferenceOptions

  /// A predictor of a model file; nothing is opened yet.
  public init(model: String, options: InferenceOptions = InferenceOptions()) {
    models = [model]
    rule = .mean
    self.options = options
  }

  /// A predictor of several model files; nothing is opened yet.
  ///
  /// Throws ``TrainingError/invalidOption(name:value:reason:)`` for fewer than two.
  public init(
    models: [String], rule: EnsembleRule = .mean, options: InferenceOptions = InferenceOptions()
  ) throws(TrainingError) {
    try Ensemble.check(rule, models: models.count)
    self.models = models
    self.rule = rule
    self.options = options
  }

  /// Ranks the classes of every image that can be read.
  ///
  /// Throws ``TrainingError`` for the models, the options and paths that are not there, and `LoadingError`.
  /// - Parameters:
  ///   - paths: image files, and folders of which every image at any depth is taken, by path.
  ///   - progress: hears, on the calling thread, the images scored so far by all models and how many there are.
  public func predict(
    paths: [String], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> PredictionReport {
    let samples = try paths.flatMap { try ImageFiles.samples(at: $0) }
    return try ProcessorCap.within(options.resolved().threads) {
      try models.count == 1 ? predictAlone(samples, progress) : predictTogether(samples, progress)
    }
  }

  private func predictAlone(
    _ samples: [ImageSample], _ progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> PredictionReport {
    let model = try InferenceModel(models[0], options)
    let classes = model.file.classes
    var predictions: [Prediction] = []
    let badImages = try model.opinions(on: samples, classes: classes) { image, opinion in
      predictions.append(
        Prediction(path: samples[image].path, classes: Prediction.rank(opinion, names: classes)))
      progress(predictions.count, samples.count)
    }
    return PredictionReport(predictions: predictions, badImages: badImages)
  }

  private func predictTogether(
    _ samples: [ImageSample], _ progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> PredictionReport {
    let classes = try ModelFile.commonClasses(of: models)
    var ensemble = Ensemble(rule, images: samples.count, classes: classes.count)
    var members = [[Prediction.Member]](repeating: [], count: samples.count)
    var badImages: [BadImage] = []
    var done = 0
    for path in models {
      ensemble.beginMember()
      badImages += try InferenceModel(path, options).opinions(on: samples, classes: classes) {
        image, opinion in
        ensemble.add(opinion, image: image)
        members[image].append(
          Prediction.Member(model: path, classes: Prediction.rank(opinion, names: classes)))
        done += 1
        progress(done, models.count * samples.count)
      }
    }
    let predictions = samples.enumerated().compactMap { image, sample in
      ensemble.opinion(image: image).map {
        Prediction(
          path: sample.path, classes: Prediction.rank($0, names: classes), members: members[image])
      }
    }
    return PredictionReport(predictions: predictions, badImages: badImages.oncePerFile)
  }
}

extension Prediction {
  /// Classes by falling probability, equal ones in class order.
  static func rank(_ opinion: Opinion, names: [String]) -> [RankedClass] {
    let probabilities = opinion.probabilities
    return opinion.order.map { RankedClass(name: names[$0], probability: probabilities[$0]) }
  }
}
