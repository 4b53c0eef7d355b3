import Datasets
import Loading

/// Scores several models on a folder of images, and what they say together.
public struct EnsembleEvaluator: Sendable {
  /// The model files.
  public let models: [String]
  /// How their opinions become one.
  public let rule: EnsembleRule
  /// How the images are gone through.
  public let options: InferenceOptions

  /// An evaluator of model files; nothing is opened yet.
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

  /// Scores each image that every member can read: one member after another, so that only one is in memory.
  ///
  /// Throws what ``Evaluator`` does, and ``TrainingError/differentClasses(path:first:missing:added:)`` before
  /// anything is scored.
  /// - Parameters:
  ///   - data: a folder with a folder for each class, or with a test or validation split of such.
  ///   - progress: hears, on the calling thread, the images scored so far by all members and how many there are.
  public func evaluate(
    data: String, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> EnsembleReport {
    let start = ContinuousClock.now
    return try ProcessorCap.within(options.resolved().threads) {
      let classes = try ModelFile.commonClasses(of: models)
      let folder = try DatasetSplits.forEvaluation(data, classes: classes, options: options.folders)
      let samples = folder.samples
      var ensemble = Ensemble(rule, images: samples.count, classes: classes.count)
      var members: [EvaluationReport] = []
      for path in models {
        let start = ContinuousClock.now
        ensemble.beginMember()
        var tally = ScoreTally(classes: classes.count)
        let badImages = try InferenceModel(path, options).opinions(on: samples, classes: classes) {
          image, opinion in
          tally.add(opinion, label: samples[image].label)
          ensemble.add(opinion, image: image)
          progress(members.count * samples.count + tally.count, models.count * samples.count)
        }
        members.append(
          EvaluationReport(
            model: path, tally, on: folder, classes: classes, tta: options.augmentation,
            badImages: badImages, seconds: start.seconds))
      }
      var tally = ScoreTally(classes: classes.count)
      for (image, sample) in samples.enumerated() {
        if let opinion = ensemble.opinion(image: image) { tally.add(opinion, label: sample.label) }
      }
      var whole = EvaluationReport(
        model: "\(rule.rawValue) of \(models.count) models", tally, on: folder, classes: classes,
        tta: options.augmentation, badImages: members.flatMap(\.badImages).oncePerFile, seconds: start.seconds
      )
      whole.ensemble = rule
      whole.members = models
      return EnsembleReport(members: members, ensemble: whole)
    }
  }
}

/// How the members of an ensemble score, and how they do together.
public struct EnsembleReport: Codable, Equatable, Sendable {
  /// One for each model, in the order given.
  public var members: [EvaluationReport]
  /// All of them together.
  public var ensemble: EvaluationReport

  /// The member with the highest top-1, the lower loss deciding between equal ones.
  public var bestMember: EvaluationReport {
    members.dropFirst().reduce(members[0]) { best, member in
      let (a, b) = (best.score, member.score)
      return (b.top1, -b.loss) > (a.top1, -a.loss) ? member : best
    }
  }
}
