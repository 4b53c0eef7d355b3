import Datasets

/// The images of a run: found, split, looked at.
struct RunData: Sendable {
  private(set) var splits: DatasetSplits
  /// What validates: the validation split or what is put aside for it, else the test split, else nothing.
  private(set) var validation: ImageFolder?
  /// `"validation"`, `"test"` or nil.
  let validationSplit: String?
  /// What of the training images is put aside to validate, as in `"fold 1/5"`; nil for none.
  let aside: String?
  /// The share of the training images that validates, as configured, or as it was taken where nothing did.
  let validationShare: Double?
  /// The option for which it was taken though nobody had configured it; nil for none.
  let takenFor: String?
  /// Of the training images' headers.
  let survey: ImageSurvey
  /// What the splits in use hold, file by file: `training`, then what validates.
  let manifests: [(split: String, manifest: FolderManifest)]
  /// Of each manifest, by its split.
  private(set) var fingerprints: [String: String]

  var classes: [String] { splits.train.classes }

  /// Throws `DatasetError` for data that cannot be trained on.
  init(_ configuration: RunConfiguration) throws {
    guard let folder = configuration.data else {
      throw TrainingError.invalidOption(name: "data", value: "(none)", reason: "a folder of images is needed")
    }
    let reading = configuration.dataReading
    let found = try DatasetSplits.discover([folder] + reading.moreData, options: reading.folderOptions)
    let isThere = (found.validation ?? found.test) != nil || configuration.fold != nil
    takenFor =
      isThere || configuration.validationSplit != nil ? nil : configuration.optionThatNeedsValidation
    validationShare = configuration.validationSplit ?? (takenFor == nil ? nil : Self.shareTaken)
    splits = try found.settingAside(configuration.fold, share: validationShare)
    validation = splits.validation ?? splits.test
    validationSplit = splits.validation != nil ? "validation" : splits.test != nil ? "test" : nil
    aside =
      configuration.fold.map { "fold \($0)" }
      ?? validationShare.map { "\($0) of the training images" }
    survey = try splits.train.survey()
    let name = validationSplit ?? "validation"
    let judging = validation.map { [(split: name, manifest: $0.manifest())] }
    manifests = [(split: "training", manifest: splits.train.manifest())] + (judging ?? [])
    fingerprints = Dictionary(manifests.map { ($0.split, $0.manifest.fingerprint) }) { first, _ in first }
  }

  /// What is taken of the training images where an option needs validation images and there are none.
  private static let shareTaken = 0.1

  /// Whether some training images count more than others.
  var hasWeights: Bool {
    splits.train.samples.contains { $0.weight != splits.train.samples[0].weight }
  }

  /// The size that all images have, as far as the survey saw.
  var commonSize: InputSize? {
    survey.commonSize.map { InputSize(height: $0.height, width: $0.width) }
  }

  /// What its owner should know.
  var warnings: [RunWarning] {
    let taken = takenFor.map { RunWarning.validationTaken(share: Self.shareTaken, for: $0) }
    let parts = [splits.train.warnings, validation?.warnings ?? []].joined()
    return (validation == nil ? [.noValidation] : []) + [taken].compactMap(\.self)
      + parts.map { .other("\($0)") }
  }
}

extension RunData {
  /// Takes the data as a run knows them that left out some of the images: their files may be gone or others since,
  /// which is no difference to it. Where anything else changed, that stays a difference.
  /// - Parameters:
  ///   - known: fingerprints of the run's data.
  ///   - earlier: what was in a split when the run began; nil where that is not known.
  mutating func takeBack(
    _ images: [LeftOutImage], fingerprints known: [String: String],
    earlier: (_ split: String) -> FolderManifest?
  ) {
    for (split, manifest) in manifests where fingerprints[split] != known[split] {
      guard let earlier = earlier(split), earlier.fingerprint == known[split] else { continue }
      let leftOut = images.filter { $0.split == split }
      let difference = manifest.difference(from: earlier)
      let changed = Set(difference.removed + difference.changed)
      guard difference.added.isEmpty, changed.isSubset(of: leftOut.map(\.relativePath)) else { continue }
      fingerprints[split] = known[split]
      let gone = leftOut.filter { difference.removed.contains($0.relativePath) }.map(\.sample)
      if split == LeftOutImage.training {
        splits = splits.restoring(gone)
      } else {
        validation = validation?.restoring(gone)
      }
    }
  }
}

extension DatasetSplits {
  /// The splits with a fold of the training images put aside, or else a share of them.
  fileprivate func settingAside(_ fold: Fold?, share: Double?) throws(DatasetError) -> DatasetSplits {
    if let fold { return try settingAside(fold) }
    return if let share { try settingAside(share: share) } else { self }
  }
}
