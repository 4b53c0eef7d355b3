/// The parts of a data set: what is trained on, and what is held back.
///
/// Beside each other in one folder: `train` or `training`; `val`, `valid`, `validation` or `eval`; `test`
/// (compared without case). A folder without any of these is training data as a whole.
public struct DatasetSplits: Sendable {
  /// The data to train on. Its classes are those of the others.
  public let train: ImageFolder
  /// The data to choose the best model by, where there is a folder for it.
  public let validation: ImageFolder?
  /// The data to judge the final model by, where there is a folder for it.
  public let test: ImageFolder?

  /// What the data's owner should know, of all parts.
  public var warnings: [DatasetWarning] {
    train.warnings + (validation?.warnings ?? []) + (test?.warnings ?? [])
  }
}

extension DatasetSplits {
  /// Finds and lists the parts of a data set for training.
  /// - Parameter root: a folder, or a manifest.
  /// - Throws: `DatasetError` for a folder that cannot be trained on: also one class only, a class without
  ///   images, splits without one to train on, or a held-back class that the training data does not have.
  public static func discover(
    _ root: String, options: FolderOptions = FolderOptions()
  ) throws(DatasetError) -> DatasetSplits {
    try discover([root], options: options)
  }

  /// Finds and lists the parts of several folders and manifests as those of one data set: splits are joined by their
  /// names, and classes by theirs. What has no splits is trained on.
  /// - Throws: as for one.
  public static func discover(
    _ roots: [String], options: FolderOptions = FolderOptions()
  ) throws(DatasetError) -> DatasetSplits {
    let source = try DataSource(roots, options)
    let train = try source.training()
    try train.validateForTraining()
    let held = try [SplitName.validation, .test].map { split throws(DatasetError) in
      try source.splits[split]?.labelled(by: train.classes)
    }
    return DatasetSplits(train: train, validation: held[0], test: held[1])
  }

  /// The images to evaluate a model of `classes` on: the test split in `root`, else the validation split, else
  /// all, where there are no splits.
  /// - Throws: `DatasetError` for a folder that cannot be used, has only a training split, or has a class that
  ///   is not among `classes`.
  public static func forEvaluation(
    _ root: String, classes: [String], options: FolderOptions = FolderOptions()
  ) throws(DatasetError) -> ImageFolder {
    let source = try DataSource([root], options)
    guard let part = source.splits[.test] ?? source.splits[.validation] ?? source.unsplit else {
      throw .noEvaluationSplit(path: source.path, found: source.names)
    }
    return try part.labelled(by: classes)
  }
}

extension DatasetSplits {
  /// The folders directly in `root` that are splits by their names, training data first: what each is for (`train`,
  /// `validation` or `test`) and what it is called. None where the folder has no splits.
  public static func folders(of root: String) throws(DatasetError) -> [(split: String, name: String)] {
    let root = try FolderListing.absolutePath(of: root)
    let folders = try SplitFolders(of: root, FolderRules(FolderOptions(), roots: [root]))
    return SplitName.allCases.compactMap { split in
      folders.name(of: split).map { (split: "\(split)", name: $0) }
    }
  }
}
