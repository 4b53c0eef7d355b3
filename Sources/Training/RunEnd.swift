/// What ended a run.
///
/// A run that diverges has no result: it throws ``TrainingError``.
public enum RunEnd: String, Codable, CaseIterable, Sendable {
  /// All epochs are done.
  case epochs
  /// The time of `time` is used up.
  case time
  /// An epoch's validation accuracy reached `target-accuracy`.
  case targetAccuracy = "target-accuracy"
  /// No epoch was better for as long as `early-stopping` waits.
  case earlyStopping = "early-stopping"
  /// Somebody asked: the run can be resumed.
  case request
}
