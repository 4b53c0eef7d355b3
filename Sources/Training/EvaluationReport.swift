import Datasets
import Loading

/// How a model scores on a folder of images with a folder per class.
public struct EvaluationReport: Codable, Equatable, Sendable {
  /// One class's part.
  public struct ClassReport: Codable, Equatable, Sendable {
    /// The class's name.
    public var name: String
    /// Images of this class.
    public var count: Int
    /// Images given this class.
    public var predicted: Int
    /// The share of images given this class that have it, 0...1; nil when none was given it.
    public var precision: Double?
    /// The share of images of this class that were given it, 0...1; nil when there are none.
    public var recall: Double?
    /// The harmonic mean of precision and recall; nil when either is.
    public var f1: Double?
  }

  /// The model file, or what an ensemble is: `mean of 3 models`.
  public var model: String
  /// How the opinions of an ensemble's members became one; nil for one model.
  public var ensemble: EnsembleRule?
  /// The model files of an ensemble; nil for one model.
  public var members: [String]?
  /// How each image was looked at, as the option states it; nil for once, as it is.
  public var tta: String?
  /// The folder of images that was scored.
  public var data: String
  /// The scores over all images.
  public var score: Score
  /// The classes, in the order of their indices.
  public var classes: [ClassReport]
  /// `confusion[true class][given class]`: counts of images.
  public var confusion: [[Int]]
  /// Images left out as unreadable.
  public var badImages: [BadImage]
  /// Wall seconds.
  public var seconds: Double
}

extension EvaluationReport {
  /// The report of what was tallied on a folder.
  init(
    model: String, _ tally: ScoreTally, on folder: ImageFolder, classes: [String],
    tta: TestTimeAugmentation?, badImages: [BadImage], seconds: Double
  ) {
    self.init(
      model: model, tta: tta?.description, data: folder.root, score: tally.score,
      classes: tally.classReports(names: classes), confusion: tally.confusionRows, badImages: badImages,
      seconds: seconds)
  }
}
