/// What lies in the folders and manifests of a data set, split by split, each with the classes that it has itself.
struct DataSource {
  /// Where it is from, for messages.
  let path: String
  /// The parts that are splits by their names.
  private(set) var splits: [SplitName: ImageFolder] = [:]
  /// What is in no split: a folder or manifest without any. It is trained on.
  private(set) var whole: ImageFolder?
  /// The names of the splits as they are written.
  private(set) var names: [String] = []
  /// What concerns no part alone.
  private var warnings: [DatasetWarning] = []

  /// Lists folders and manifests.
  /// - Parameter roots: at least one path of a folder, or of a manifest.
  init(_ roots: [String], _ options: FolderOptions) throws(DatasetError) {
    var resolved: [String] = []
    for root in roots {
      let path = try FolderListing.absolutePath(of: root)
      if resolved.contains(path) { throw .repeatedRoot(path: path) }
      resolved.append(path)
    }
    path = resolved.joined(separator: " + ")
    let rules = try FolderRules(options, roots: resolved)
    var parts: [SplitName?: [ImageFolder]] = [:]
    for (root, prefix) in zip(resolved, Self.prefixes(of: resolved)) {
      for (split, part) in try list(root, rules) {
        parts[split, default: []].append(part.prefixed(by: prefix))
      }
    }
    splits = [:]
    for split in SplitName.allCases {
      if let some = parts[split], !some.isEmpty { splits[split] = ImageFolder(merging: some) }
    }
    if let some = parts[nil], !some.isEmpty { whole = ImageFolder(merging: some) }
    warnings += [rules.save()].compactMap(\.self)
    warnings += rules.classMap.map(unusedEntries(of:)) ?? []
  }

  /// What is trained on: the training split and what is in no split, without images of weight 0.
  func training() throws(DatasetError) -> ImageFolder {
    let parts = [whole, splits[.train]].compactMap(\.self)
    if parts.isEmpty { throw .noTrainingSplit(path: path, found: names) }
    var folder = ImageFolder(merging: parts).warning(of: warnings)
    if folder.samples.contains(where: { $0.weight == 0 }) { folder.samples.removeAll { $0.weight == 0 } }
    return folder
  }

  /// All images, where there are no splits.
  var unsplit: ImageFolder? { splits.isEmpty ? whole : nil }

  private mutating func list(
    _ root: String, _ rules: FolderRules
  ) throws(DatasetError) -> [(split: SplitName?, part: ImageFolder)] {
    if ManifestReader.isManifest(root) {
      let parts = try ManifestReader(rules).read(root)
      names += parts.compactMap { $0.split?.names.first }
      return parts
    }
    let folders = try SplitFolders(of: root, rules)
    if folders.isEmpty { return [(nil, try ImageFolder.index(root: root, rules))] }
    names += folders.names
    var parts: [(SplitName?, ImageFolder)] = []
    for split in SplitName.allCases {
      if let folder = folders[split] { parts.append((split, try ImageFolder.index(root: folder, rules))) }
    }
    return parts
  }

  /// What stands before the relative paths of each root: nothing for the first, so that more of them leave its
  /// images as they were; the folder's name for the others, with a number where it comes again.
  private static func prefixes(of roots: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return roots.enumerated().map { index, root in
      if index == 0 { return "" }
      let name = root.split(separator: "/").last.map(String.init) ?? ""
      counts[name, default: 0] += 1
      let number = counts[name, default: 1]
      return number == 1 ? "+\(name)/" : "+\(name)-\(number)/"
    }
  }

  /// Entries of a class map that gave no class its name: of a mistyped folder, for one.
  private func unusedEntries(of map: ClassMap) -> [DatasetWarning] {
    let parts = [whole].compactMap(\.self) + SplitName.allCases.compactMap { splits[$0] }
    let classes = Set(parts.flatMap(\.classes))
    return map.folders.filter { !classes.contains(map[$0]) }.map {
      .unusedClassMapEntry(path: map.path, folder: $0)
    }
  }
}

/// The folders directly in a data set's root that are splits by their names.
struct SplitFolders {
  private let root: String
  private var found: [SplitName: String] = [:]

  init(of root: String, _ rules: FolderRules) throws(DatasetError) {
    self.root = root
    let folders = try rules.listing(of: root).entries.filter(\.isFolder).map(\.name)
    // A class may be called "train" (CIFAR-100 has one): beside other folders, a split must hold folders.
    let areAllSplits = folders.allSatisfy { SplitName($0) != nil }
    for split in SplitName.allCases {
      var names: [String] = []
      for name in folders where SplitName(name) == split {
        let entries = areAllSplits ? [] : try rules.listing(of: path(of: name)).entries
        if areAllSplits || entries.contains(where: \.isFolder) { names.append(name) }
      }
      if names.count > 1 { throw .ambiguousSplit(path: root, names: names) }
      found[split] = names.first
    }
  }

  var isEmpty: Bool { found.isEmpty }

  /// The names of the folders that are there, in the order of the splits.
  var names: [String] { SplitName.allCases.compactMap { found[$0] } }

  /// The name of the folder of a split, where it is there.
  func name(of split: SplitName) -> String? { found[split] }

  subscript(split: SplitName) -> String? { found[split].map(path(of:)) }

  private func path(of name: String) -> String { root + "/" + name }
}
