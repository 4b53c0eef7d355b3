/// ``FolderOptions`` with the files that they name read: what listing a data set needs.
struct FolderRules {
  let labelFrom: LabelRule
  let classMap: ClassMap?
  private let cache: ListingCache?

  /// - Parameter roots: absolute paths.
  init(_ options: FolderOptions, roots: [String]) throws(DatasetError) {
    labelFrom = options.labelFrom
    classMap = try options.classMap.map { path throws(DatasetError) in try ClassMap(contentsOf: path) }
    cache = ListingCache(options.indexCache, roots: roots)
  }

  /// The class that a folder, or a manifest's label, stands for.
  func className(of folder: String) -> String {
    let name = ClassName.composed(folder)
    return classMap?[name] ?? name
  }

  func listing(of path: String) throws(DatasetError) -> FolderListing {
    if let cache { return try cache.listing(of: path) }
    return try FolderListing(of: path)
  }

  /// Keeps the listings for the next time.
  func save() -> DatasetWarning? { cache?.save() }
}

/// Collects the images below class folders, depth first, in the code point order of their paths.
struct FolderWalk {
  private(set) var samples: [ImageSample] = []
  private(set) var warnings: [DatasetWarning] = []
  /// The classes, in the order in which they were met.
  private(set) var classes: [String] = []

  /// Where asked for: files of other names, below the root.
  private(set) var others: [String] = []

  private let root: String
  private let collectsOthers: Bool
  private let rules: FolderRules
  private var labels: [String: Int] = [:]
  /// The folders around the one being listed, from the root.
  private var ancestors: [FolderListing.Identity]

  /// - Parameter root: an absolute path.
  init(root: String, _ rules: FolderRules, collectsOthers: Bool = false) throws(DatasetError) {
    self.root = root
    self.collectsOthers = collectsOthers
    self.rules = rules
    ancestors = FolderListing.identity(of: root).map { [$0] } ?? []
    let entries = try rules.listing(of: root).entries
    let outside = entries.count { !$0.isFolder && ImageFolder.isImage($0.name) }
    if !entries.contains(where: \.isFolder) { throw .noClassFolders(path: root, imagesInRoot: outside) }
    for folder in entries where folder.isFolder {
      try collect(folder.name, label: rules.labelFrom == .top ? label(of: folder.name) : nil)
    }
    if outside > 0 { warnings.append(.imagesOutsideClasses(path: root, count: outside)) }
  }

  /// - Parameter label: of all images in and below the folder; nil where each folder has its own.
  private mutating func collect(_ relativePath: String, label given: Int?) throws(DatasetError) {
    let path = root + "/" + relativePath
    guard let identity = FolderListing.identity(of: path) else { throw .missingFolder(path: path) }
    if ancestors.contains(identity) {
      warnings.append(.linkLoop(path: path))
      return
    }
    ancestors.append(identity)
    defer { ancestors.removeLast() }
    let entries = try rules.listing(of: path).entries
    let hasImages = entries.contains { !$0.isFolder && ImageFolder.isImage($0.name) }
    var label = given ?? -1
    // A folder that holds nothing at all is a class without images.
    if given == nil, hasImages || !entries.contains(where: \.isFolder) {
      label = self.label(of: rules.labelFrom == .path ? relativePath : Self.lastPart(of: relativePath))
    }
    let names = entries.filter { !$0.isFolder && ImageFolder.isImage($0.name) }.flatMap(\.name.utf8)
    let folder = SampleFolder(path: path + "/", relativePath: relativePath + "/", names: names)
    var place = 0
    for entry in entries {
      if entry.isFolder {
        try collect(relativePath + "/" + entry.name, label: given)
      } else if ImageFolder.isImage(entry.name) {
        let end = place + entry.name.utf8.count
        samples.append(ImageSample(in: folder, name: place..<end, label: label))
        place = end
      } else if collectsOthers {
        others.append(relativePath + "/" + entry.name)
      }
    }
  }

  private mutating func label(of folder: String) -> Int {
    let name = rules.className(of: folder)
    if let label = labels[name] { return label }
    labels[name] = classes.count
    classes.append(name)
    return classes.count - 1
  }

  private static func lastPart(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
  }
}
