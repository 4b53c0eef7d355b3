/// What of an epoch's report is watched, by early stopping and by ``ReduceOnPlateau``.
public enum MonitoredMetric: String, Codable, CaseIterable, Sendable {
  /// The validation top-1 accuracy, 0...1: higher is better.
  case accuracy
  /// The validation loss: lower is better.
  case loss
  /// The training loss: lower is better. Needs no validation images.
  case trainingLoss = "training-loss"

  /// Whether it is of the validation images.
  public var needsValidation: Bool { self != .trainingLoss }

  /// The value of a report; nil where its epoch was not validated.
  func value(of report: EpochReport) -> Double? {
    switch self {
    case .accuracy: report.validation?.top1
    case .loss: report.validation?.loss
    case .trainingLoss: report.trainingLoss
    }
  }

  /// Whether a higher value is better.
  var risesToTheBetter: Bool { self == .accuracy }
}
