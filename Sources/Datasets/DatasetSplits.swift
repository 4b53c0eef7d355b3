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
  /// - Throws: `DatasetError` for a folder that cannot be trained on: also one class only, a class without
  ///   images, splits without one to train on, or a held-back class that the training data does not have.
  public static func discover(_ root: String) throws(DatasetError) -> DatasetSplits {
    let folders = try SplitFolders(of: root)
    if folders.isEmpty {
      let train = try ImageFolder.index(root: folders.root)
      try train.validateForTraining()
      return DatasetSplits(train: train, validation: nil, test: nil)
    }
    guard let folder = folders[.train] else {
      throw .noTrainingSplit(path: folders.root, found: folders.names)
    }
    let train = try ImageFolder.index(root: folder)
    try train.validateForTraining()
    return DatasetSplits(
      train: train,
      validation: try folders.index(.validation, classes: train.classes),
      test: try folders.index(.test, classes: train.classes))
  }

  /// The folder to evaluate a model of `classes` on: the test split in `root`, else the validation split, else
  /// `root` itself, where it has no splits.
  /// - Throws: `DatasetError` for a folder that cannot be used, has only a training split, or has a class that
  ///   is not among `classes`.
  public static func forEvaluation(_ root: String, classes: [String]) throws(DatasetError) -> ImageFolder {
    let folders = try SplitFolders(of: root)
    if folders.isEmpty { return try ImageFolder.index(root: folders.root, classes: classes) }
    if let test = try folders.index(.test, classes: classes) { return test }
    if let validation = try folders.index(.validation, classes: classes) { return validation }
    throw .noEvaluationSplit(path: folders.root, found: folders.names)
  }
}

extension DatasetSplits {
  /// The folders directly in `root` that are splits by their names, training data first: what each is for (`train`,
  /// `validation` or `test`) and what it is called. None where the folder has no splits.
  public static func folders(of root: String) throws(DatasetError) -> [(split: String, name: String)] {
    let folders = try SplitFolders(of: root)
    return SplitFolders.Split.allCases.compactMap { split in
      folders.name(of: split).map { (split: "\(split)", name: $0) }
    }
  }
}

/// The folders directly in a data set's root that are splits by their names.
private struct SplitFolders {
  enum Split: CaseIterable {
    case train, validation, test

    var names: [String] {
      switch self {
      case .train: ["train", "training"]
      case .validation: ["val", "valid", "validation", "eval"]
      case .test: ["test"]
      }
    }
  }

  let root: String
  private var found: [Split: String] = [:]

  init(of root: String) throws(DatasetError) {
    self.root = try FolderListing.absolutePath(of: root)
    let folders = try FolderListing(of: self.root).entries.filter(\.isFolder).map(\.name)
    let splitNames = Split.allCases.flatMap(\.names)
    // A class may be called "train" (CIFAR-100 has one): beside other folders, a split must hold folders.
    let areAllSplits = folders.allSatisfy { splitNames.contains($0.lowercased()) }
    for split in Split.allCases {
      var names: [String] = []
      for name in folders where split.names.contains(name.lowercased()) {
        let entries = areAllSplits ? [] : try FolderListing(of: path(of: name)).entries
        if areAllSplits || entries.contains(where: \.isFolder) { names.append(name) }
      }
      if names.count > 1 { throw .ambiguousSplit(path: self.root, names: names) }
      found[split] = names.first
    }
  }

  var isEmpty: Bool { found.isEmpty }

  /// The names of the folders that are there, in the order of the splits.
  var names: [String] { Split.allCases.compactMap { found[$0] } }

  /// The name of the folder of a split, where it is there.
  func name(of split: Split) -> String? { found[split] }

  subscript(split: Split) -> String? { found[split].map(path(of:)) }

  func index(_ split: Split, classes: [String]) throws(DatasetError) -> ImageFolder? {
    guard let folder = self[split] else { return nil }
    return try ImageFolder.index(root: folder, classes: classes)
  }

  private func path(of name: String) -> String { root + "/" + name }
}
