/// The files of a data set as the doctor looks at them: all that are there, whether they fit or not.
struct DoctorSubject {
  /// One image. Its paths are made when they are asked for: there may be millions.
  struct Image: Sendable {
    fileprivate let sample: ImageSample
    /// The part's folder, below the data set's.
    fileprivate let prefix: String
    /// An index of `parts`.
    let part: Int

    var path: String { sample.path }
    /// Below the data set's folder, or as a manifest gives it.
    var shownPath: String { prefix + sample.relativePath }
    /// An index of the part's classes.
    var label: Int { sample.label }
    var weight: Float { sample.weight }
  }

  struct Part: Sendable {
    /// Nil where there are no splits.
    let split: SplitName?
    let folder: ImageFolder
    var name: String { split?.rawValue ?? "all" }
    func className(of label: Int) -> String { folder.classes[label] }
  }

  /// An absolute path.
  let root: String
  let parts: [Part]
  let images: [Image]
  /// Files of other names in class folders, with what to show of their paths.
  let others: [(path: String, shownPath: String)]
  /// What the listing said, with shown paths.
  let outside: [Finding.Item]
  let loops: [Finding.Item]

  /// Lists a folder or a manifest.
  /// - Throws: `DatasetError` where it cannot be listed or has no class folders.
  init(_ path: String, _ options: FolderOptions) throws(DatasetError) {
    let root = try FolderListing.absolutePath(of: path)
    let rules = try FolderRules(options, roots: [root])
    var parts: [Part] = []
    var others: [(path: String, shownPath: String)] = []
    var prefixes: [String] = []
    func add(_ folder: String, as split: SplitName?) throws(DatasetError) {
      let walk = try FolderWalk(root: folder, rules, collectsOthers: true)
      var images = ImageFolder(
        root: folder, classes: walk.classes, samples: walk.samples, warnings: walk.warnings)
      images.sortClasses()
      parts.append(Part(split: split, folder: images))
      prefixes.append(folder == root ? "" : String(folder.dropFirst(root.count + 1)) + "/")
      others += walk.others.map { (folder + "/" + $0, (prefixes.last ?? "") + $0) }
    }
    if ManifestReader.isManifest(root) {
      for (split, part) in try ManifestReader(rules, checksFiles: false).read(root) {
        parts.append(Part(split: split, folder: part))
        prefixes.append("")
      }
    } else {
      let splits = try SplitFolders(of: root, rules)
      for split in SplitName.allCases {
        if let folder = splits[split] { try add(folder, as: split) }
      }
      if splits.isEmpty { try add(root, as: nil) }
    }
    _ = rules.save()
    self.root = root
    self.parts = parts
    self.others = others
    images = parts.enumerated().flatMap { index, part in
      part.folder.samples.map { Image(sample: $0, prefix: prefixes[index], part: index) }
    }
    func shown(_ path: String) -> String {
      path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
    }
    var (outside, loops): ([Finding.Item], [Finding.Item]) = ([], [])
    for warning in parts.flatMap(\.folder.warnings) {
      switch warning {
      case .imagesOutsideClasses(let path, let count):
        let place = path == root ? "the data's folder" : shown(path)
        outside.append(Finding.Item([], "\(count) image\(count == 1 ? "" : "s") directly in \(place)"))
      case .linkLoop(let path):
        loops.append(Finding.Item([shown(path)]))
      case .missingClass, .unusedClassMapEntry, .indexNotKept:
        break
      }
    }
    (self.outside, self.loops) = (outside, loops)
  }

  /// The class of an image.
  func className(of image: Image) -> String { parts[image.part].className(of: image.label) }
}
