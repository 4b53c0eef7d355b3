import Datasets

/// The images of a run: found, split, looked at.
struct RunData: Sendable {
  let splits: DatasetSplits
  /// What validates: the validation split, else the test split, else nothing.
  let validation: ImageFolder?
  /// `"validation"`, `"test"` or nil.
  let validationSplit: String?
  /// Of the training images' headers.
  let survey: ImageSurvey
  /// Of the training data, and of the validation data where there are any.
  let fingerprints: [String]

  var classes: [String] { splits.train.classes }

  /// Throws `DatasetError` for data that cannot be trained on.
  init(_ configuration: RunConfiguration) throws {
    guard let folder = configuration.data else {
      throw TrainingError.invalidOption(name: "data", value: "(none)", reason: "a folder of images is needed")
    }
    splits = try DatasetSplits.discover(folder)
    validation = splits.validation ?? splits.test
    validationSplit = splits.validation != nil ? "validation" : splits.test != nil ? "test" : nil
    survey = try splits.train.survey()
    fingerprints = [splits.train.fingerprint()] + (validation.map { [$0.fingerprint()] } ?? [])
  }

  /// What its owner should know.
  var warnings: [RunWarning] {
    let parts = [splits.train.warnings, validation?.warnings ?? []].joined()
    return (validation == nil ? [.noValidation] : []) + parts.map { .other("\($0)") }
  }
}
