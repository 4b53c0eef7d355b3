/// Something in a data set that does not stop its use, but that its owner should know.
public enum DatasetWarning: Equatable, Sendable, CustomStringConvertible {
  /// A class of the training data without an image in another split.
  case missingClass(path: String, name: String)
  /// Images that lie beside the class folders and so belong to no class.
  case imagesOutsideClasses(path: String, count: Int)
  /// A symbolic link to a folder that it lies in. It is not followed.
  case linkLoop(path: String)
  /// A folder that the class map names, and that is not there.
  case unusedClassMapEntry(path: String, folder: String)
  /// The listing of a large folder could not be kept for the next time.
  case indexNotKept(path: String, reason: String)

  /// The warning in one line.
  public var description: String {
    switch self {
    case .missingClass(let path, let name):
      "\(path): no images of class \"\(name)\""
    case .imagesOutsideClasses(let path, let count):
      "\(path): \(count) image\(count == 1 ? "" : "s") outside of the class folders left out"
    case .linkLoop(let path):
      "\(path): a link to a folder that it lies in; not followed"
    case .unusedClassMapEntry(let path, let folder):
      "\(path): no folder \"\(folder)\" in the data"
    case .indexNotKept(let path, let reason):
      "\(path): the index cannot be kept: \(reason); every run lists the folders anew"
    }
  }
}
