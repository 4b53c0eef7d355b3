/// Why a folder cannot be used as a data set. Each describes itself in one line.
public enum DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Nothing is at the path.
  case missingFolder(path: String)
  /// A file is where a folder was expected.
  case notAFolder(path: String)
  /// The system refused to list the folder: its reason.
  case unreadableFolder(path: String, reason: String)
  /// No file is at the path.
  case missingFile(path: String)
  /// The system refused to read the file: its reason.
  case unreadableFile(path: String, reason: String)
  /// A file that is to keep what was found out, or a report, cannot be written.
  case cannotKeep(path: String, reason: String)
  /// A manifest or a class map has a line, from 1, that cannot be used; nil is the file as a whole.
  case badLine(path: String, line: Int?, reason: String)
  /// A name in the folder is not UTF-8. It is given with its invalid bytes replaced.
  case nameNotUTF8(folder: String, name: String)
  /// The same folder or manifest is given twice.
  case repeatedRoot(path: String)
  /// The folder holds no folders, and this many images directly in it.
  case noClassFolders(path: String, imagesInRoot: Int)
  /// No class folder holds an image.
  case noImages(path: String)
  /// Training needs two classes, and there is only this one.
  case singleClass(path: String, name: String)
  /// These class folders hold no image.
  case emptyClasses(path: String, names: [String])
  /// A class that the training data (or the model) does not have, and the one of those that is nearest.
  case unknownClass(path: String, name: String, nearest: String?)
  /// Several folders claim to be the same split.
  case ambiguousSplit(path: String, names: [String])
  /// There are splits, and none to train on.
  case noTrainingSplit(path: String, found: [String])
  /// There is a split to train on, and none to evaluate on.
  case noEvaluationSplit(path: String, found: [String])
  /// None of the images that were looked at could be read: the reason of the first.
  case noReadableImage(path: String, reason: String)
  /// A class has too few images to put some aside for validation and keep some to train on.
  case tooFewToSplit(path: String, name: String, count: Int)
  /// A class has fewer images than there are folds.
  case tooFewForFolds(path: String, name: String, count: Int, folds: Int)
  /// Images should be put aside for validation (by the option that is named), and there is a split for it already.
  case validationExists(path: String, option: String, training: String)

  /// The error in one line: what, where, and what to do.
  public var description: String {
    switch self {
    case .missingFolder(let path):
      "\(path): no such folder"
    case .notAFolder(let path):
      "\(path): not a folder; expected a folder with one folder of images for each class, or a manifest named .csv or .jsonl"
    case .unreadableFolder(let path, let reason):
      "\(path): cannot read the folder: \(reason)"
    case .missingFile(let path):
      "\(path): no such file"
    case .unreadableFile(let path, let reason):
      "\(path): cannot read the file: \(reason)"
    case .cannotKeep(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .badLine(let path, let line?, let reason):
      "\(path):\(line): \(reason)"
    case .badLine(let path, nil, let reason):
      "\(path): \(reason)"
    case .nameNotUTF8(let folder, let name):
      "\(folder): the name \"\(name)\" is not UTF-8; rename it"
    case .repeatedRoot(let path):
      "\(path): given twice; its images would count twice"
    case .noClassFolders(let path, 0):
      "\(path): no class folders; expected one folder of images for each class"
    case .noClassFolders(let path, let images):
      "\(path): no class folders, but \(images) image\(images == 1 ? "" : "s") directly in it; "
        + "move them into one folder for each class"
    case .noImages(let path):
      "\(path): no images in any class folder; expected files named .png, .jpg, .jpeg or .jpe"
    case .singleClass(let path, let name):
      "\(path): only one class, \"\(name)\"; training needs at least two class folders"
    case .emptyClasses(let path, let names):
      "\(path): no images in class \(Self.list(names)); add images or remove the folder"
    case .unknownClass(let path, let name, let nearest):
      "\(path): class \"\(name)\" is not among the classes of the training data"
        + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
    case .ambiguousSplit(let path, let names):
      "\(path): \(names.joined(separator: " and ")) name the same split; keep one of them"
    case .noTrainingSplit(let path, let found):
      "\(path): found \(found.joined(separator: " and ")), but no folder train to train on"
    case .noEvaluationSplit(let path, let found):
      "\(path): found \(found.joined(separator: " and ")), but no folder test or val to evaluate on; "
        + "to evaluate on that data, give its folder"
    case .noReadableImage(let path, let reason):
      "\(path): none of its images can be read; the first: \(reason)"
    case .tooFewToSplit(let path, let name, let count):
      "\(path): class \"\(name)\" has \(count) image\(count == 1 ? "" : "s"); to put some aside for validation "
        + "each class needs at least 2"
    case .tooFewForFolds(let path, let name, let count, let folds):
      "\(path): class \"\(name)\" has \(count) image\(count == 1 ? "" : "s"), fewer than the \(folds) folds; "
        + "use at most \(count) folds or add images"
    case .validationExists(let path, let option, let training):
      "\(path): a split to validate on is there already, so \(option) would leave it unused; "
        + "leave out \(option), or give \(training)"
    }
  }

  /// Up to three names in quotes, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
    return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }
}
