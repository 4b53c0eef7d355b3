/// A folder with one folder of images for each class: what is in it, in an order that depends on names alone.
public struct ImageFolder: Sendable {
  /// The absolute path of the folder, its links resolved.
  public let root: String
  /// The names of the classes. A label is an index of this.
  public let classes: [String]
  /// The images, by relative path in code point order.
  public let samples: [ImageSample]
  /// What the folder's owner should know.
  public let warnings: [DatasetWarning]

  /// How many images each class has, by label.
  public var countsPerClass: [Int] {
    samples.reduce(into: [Int](repeating: 0, count: classes.count)) { $0[$1.label] += 1 }
  }
}

// MARK: - Indexing

extension ImageFolder {
  /// The name endings of images, compared without case.
  public static let imageExtensions = ["png", "jpg", "jpeg", "jpe"]

  /// Lists an image folder.
  ///
  /// The folders directly in `root` are the classes, in code point order, and all images in or below one
  /// belong to it. Hidden files and folders are skipped. Symbolic links are followed, except those to a folder
  /// that they lie in. Nothing is opened: one system call for each folder and for each link.
  /// - Parameter root: a folder, absolute or relative to the working directory.
  /// - Throws: `DatasetError` where the folder cannot be listed, has no class folders or no images.
  public static func index(root: String) throws(DatasetError) -> ImageFolder {
    try index(root: root, labelling: nil)
  }

  /// Lists an image folder whose labels are indices of `classes`, those of other data or of a model.
  /// - Throws: also `DatasetError.unknownClass` for a class folder that is not among them. One of them without
  ///   an image is a warning.
  public static func index(root: String, classes: [String]) throws(DatasetError) -> ImageFolder {
    try index(root: root, labelling: classes)
  }

  /// Throws unless there are two classes and each has an image, as training needs.
  public func validateForTraining() throws(DatasetError) {
    if let name = classes.first, classes.count == 1 { throw .singleClass(path: root, name: name) }
    let empty = zip(classes, countsPerClass).filter { $0.1 == 0 }.map(\.0)
    if !empty.isEmpty { throw .emptyClasses(path: root, names: empty) }
  }

  private static func index(root: String, labelling known: [String]?) throws(DatasetError) -> ImageFolder {
    let root = try FolderListing.absolutePath(of: root)
    let entries = try FolderListing(of: root).entries
    let outside = entries.filter { !$0.isFolder && isImage($0.name) }.count
    let folders = entries.filter(\.isFolder).map(\.name)
    if folders.isEmpty { throw .noClassFolders(path: root, imagesInRoot: outside) }

    let classes = known ?? folders.sorted { $0.precedesByCodePoint($1) }
    let labels = Dictionary(classes.enumerated().map { ($1, $0) }) { first, _ in first }
    var walk = FolderWalk(root: root)
    for folder in folders {
      guard let label = labels[folder] else { throw .unknownClass(path: root, name: folder) }
      try walk.collect(folder, label: label)
    }
    if walk.samples.isEmpty { throw .noImages(path: root) }
    var warnings = walk.warnings
    if outside > 0 { warnings.append(.imagesOutsideClasses(path: root, count: outside)) }
    let folder = ImageFolder(root: root, classes: classes, samples: walk.samples, warnings: warnings)
    return known == nil ? folder : folder.warningOfMissingClasses()
  }

  private func warningOfMissingClasses() -> ImageFolder {
    let missing = zip(classes, countsPerClass).filter { $0.1 == 0 }
    return ImageFolder(
      root: root, classes: classes, samples: samples,
      warnings: warnings + missing.map { .missingClass(path: root, name: $0.0) })
  }

  static func isImage(_ name: String) -> Bool {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
    return imageExtensions.contains(name[name.utf8.index(after: dot)...].lowercased())
  }
}

/// Collects the images below class folders, depth first.
private struct FolderWalk {
  let root: String
  var samples: [ImageSample] = []
  var warnings: [DatasetWarning] = []
  /// The folders around the one being listed, from the root.
  private var ancestors: [FolderListing.Identity]

  init(root: String) {
    self.root = root
    ancestors = FolderListing.identity(of: root).map { [$0] } ?? []
  }

  mutating func collect(_ relativePath: String, label: Int) throws(DatasetError) {
    let path = root + "/" + relativePath
    guard let identity = FolderListing.identity(of: path) else { throw .missingFolder(path: path) }
    if ancestors.contains(identity) {
      warnings.append(.linkLoop(path: path))
      return
    }
    ancestors.append(identity)
    defer { ancestors.removeLast() }
    for entry in try FolderListing(of: path).entries {
      let below = relativePath + "/" + entry.name
      if entry.isFolder {
        try collect(below, label: label)
      } else if ImageFolder.isImage(entry.name) {
        samples.append(ImageSample(path: root + "/" + below, relativePath: below, label: label))
      }
    }
  }
}
