import Names

/// A folder with one folder of images for each class: what is in it, in an order that depends on names alone.
public struct ImageFolder: Sendable {
  /// The absolute path of the folder or the manifest, links resolved; of several, with ` + ` between them.
  public internal(set) var root: String
  /// The names of the classes. A label is an index of this.
  public internal(set) var classes: [String]
  /// The images, by relative path in code point order.
  public internal(set) var samples: [ImageSample]
  /// What the folder's owner should know.
  public internal(set) var warnings: [DatasetWarning]

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
  /// belong to it, unless the options say otherwise. Hidden files and folders are skipped. Symbolic links are
  /// followed, except those to a folder that they lie in. No image is opened.
  /// - Parameter root: a folder, absolute or relative to the working directory.
  /// - Throws: `DatasetError` where the folder cannot be listed, has no class folders or no images.
  public static func index(
    root: String, options: FolderOptions = FolderOptions()
  ) throws(DatasetError) -> ImageFolder {
    let root = try FolderListing.absolutePath(of: root)
    let rules = try FolderRules(options, roots: [root])
    return try index(root: root, rules).warning(of: [rules.save()])
  }

  /// Lists an image folder whose labels are indices of `classes`, those of other data or of a model.
  /// - Throws: also `DatasetError.unknownClass` for a class folder that is not among them. One of them without
  ///   an image is a warning.
  public static func index(
    root: String, classes: [String], options: FolderOptions = FolderOptions()
  ) throws(DatasetError) -> ImageFolder {
    try index(root: root, options: options).labelled(by: classes)
  }

  /// Throws unless there are two classes and each has an image, as training needs.
  public func validateForTraining() throws(DatasetError) {
    if let name = classes.first, classes.count == 1 { throw .singleClass(path: root, name: name) }
    let empty = zip(classes, countsPerClass).filter { $0.1 == 0 }.map(\.0)
    if !empty.isEmpty { throw .emptyClasses(path: root, names: empty) }
  }

  /// - Parameter root: an absolute path.
  static func index(root: String, _ rules: FolderRules) throws(DatasetError) -> ImageFolder {
    let walk = try FolderWalk(root: root, rules)
    if walk.samples.isEmpty { throw .noImages(path: root) }
    var folder = ImageFolder(
      root: root, classes: walk.classes, samples: walk.samples, warnings: walk.warnings)
    folder.sortClasses()
    return folder
  }

  /// Brings the classes into the order of their names' code points.
  mutating func sortClasses() {
    let sorted = classes.sorted { $0.precedesByCodePoint($1) }
    let places = Dictionary(sorted.enumerated().map { ($1, $0) }) { first, _ in first }
    relabel(classes.map { places[$0] ?? 0 })
    classes = sorted
  }

  /// The same images, with labels that are indices of `known`.
  /// - Throws: `DatasetError.unknownClass`, also for a class without an image.
  func labelled(by known: [String]) throws(DatasetError) -> ImageFolder {
    let places = Dictionary(known.enumerated().map { (ClassName.composed($1), $0) }) { first, _ in first }
    var labels: [Int] = []
    for name in classes {
      guard let label = places[name] else {
        throw .unknownClass(path: root, name: name, nearest: closeName(to: name, among: known))
      }
      labels.append(label)
    }
    var folder = self
    folder.classes = known
    folder.relabel(labels)
    let missing = zip(known, folder.countsPerClass).filter { $0.1 == 0 }
    return folder.warning(of: missing.map { .missingClass(path: root, name: $0.0) })
  }

  /// The same images, and what else their owner should know.
  func warning(of more: [DatasetWarning?]) -> ImageFolder {
    var folder = self
    folder.warnings += more.compactMap(\.self)
    return folder
  }

  /// - Parameter labels: the new label of each old one.
  private mutating func relabel(_ labels: [Int]) {
    if labels == Array(labels.indices) { return }
    for index in samples.indices { samples[index].label = labels[samples[index].label] }
  }

  static func isImage(_ name: String) -> Bool {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
    return imageExtensions.contains(name[name.utf8.index(after: dot)...].lowercased())
  }
}
