import Foundation

/// What the copies of images are called: `cat/a.jpg` has the copies `cat/a-1.png`, `cat/a-2.png`, ….
enum OutputNames {
  /// A source and what is to be made of it.
  struct Source {
    let path: String
    /// Numbers of the copies, from 1.
    let copies: Int
    /// Whether the original is copied as it is, under its own name.
    let isKept: Bool

    func names(_ encoding: ImageEncoding, isWhole: Bool) -> [String] {
      let stem = isWhole ? path : (path as NSString).deletingPathExtension
      let copies = (0..<copies).map { "\(stem)-\($0 + 1).\(encoding.fileExtension)" }
      return isKept ? [path] + copies : copies
    }
  }

  /// The paths of what is made of each source, originals first. Sources whose copies would have the name of another
  /// file, such as those of `a.jpg` and `a.png`, keep their whole names in them: `cat/a.jpg-1.png`.
  /// - Throws: `FolderAugmentationError.sameOutput` where that does not help.
  static func paths(
    of sources: [Source], encoding: ImageEncoding
  ) throws(FolderAugmentationError) -> [[String]] {
    let short = sources.map { $0.names(encoding, isWhole: false) }
    var owners: [FilePath: [Int]] = [:]
    for (place, paths) in short.enumerated() {
      for path in paths { owners[FilePath(path), default: []].append(place) }
    }
    let shared = Set(owners.values.filter { $0.count > 1 }.joined())
    if shared.isEmpty { return short }
    let paths = sources.indices.map { place in
      shared.contains(place) ? sources[place].names(encoding, isWhole: true) : short[place]
    }
    var owner: [FilePath: Int] = [:]
    for (place, paths) in paths.enumerated() {
      for path in paths {
        if let first = owner.updateValue(place, forKey: FilePath(path)) {
          throw .sameOutput(path: path, first: sources[first].path, second: sources[place].path)
        }
      }
    }
    return paths
  }
}
