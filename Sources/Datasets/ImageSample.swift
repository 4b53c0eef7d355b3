import Randomness

/// One image of a data set: where it is, what it shows, and the key of every random draw made for it.
///
/// 40 bytes, and the name where it has more than 15: a data set may have millions. The folder's paths are shared
/// by all images in it.
public struct ImageSample: Hashable, Sendable {
  /// The folder that it lies in.
  let folder: SampleFolder
  /// The file's name.
  let name: String
  /// `StableHash.of(relativePath)`. It stays when other files come or go and when the data set moves.
  public let identity: UInt64
  private var storedLabel: Int32
  /// How often it is trained on, compared with the others: 1, unless a manifest says otherwise; 0 is never.
  public let weight: Float

  /// The index of the class, or -1 where it is not known (prediction).
  public internal(set) var label: Int {
    get { Int(storedLabel) }
    set { storedLabel = Int32(newValue) }
  }

  /// The absolute path of the file.
  public var path: String { folder.path + name }

  /// The path below the split's folder, with `/` between its parts: `"Bag/0001.png"`.
  public var relativePath: String { folder.relativePath + name }

  /// A file of a folder.
  init(in folder: SampleFolder, name: String, label: Int, weight: Float = 1) {
    self.folder = folder
    self.name = name
    self.weight = weight
    storedLabel = Int32(label)
    identity = StableHash.of(folder.relativePath + name)
  }

  /// A sample whose identity follows from its relative path.
  public init(path: String, relativePath: String, label: Int, weight: Float = 1) {
    // The last part of both, where they have the same one.
    let name = String(Substring(relativePath.utf8.suffix(while: { $0 != UInt8(ascii: "/") })))
    if path.utf8.suffix(name.utf8.count).elementsEqual(name.utf8) {
      let folder = SampleFolder(
        path: String(Substring(path.utf8.dropLast(name.utf8.count))),
        relativePath: String(Substring(relativePath.utf8.dropLast(name.utf8.count))))
      self.init(in: folder, name: name, label: label, weight: weight)
    } else {
      self.init(
        in: SampleFolder(path: path, relativePath: relativePath), name: "", label: label, weight: weight)
    }
  }
}

/// Where images lie: the part of their paths that they share, with the slash at its end.
final class SampleFolder: Hashable, Sendable {
  let path: String
  let relativePath: String

  init(path: String, relativePath: String) {
    self.path = path
    self.relativePath = relativePath
  }

  static func == (left: SampleFolder, right: SampleFolder) -> Bool {
    left === right || left.path == right.path && left.relativePath == right.relativePath
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(relativePath)
  }
}

extension BidirectionalCollection {
  /// The longest end whose elements all satisfy a condition.
  fileprivate func suffix(while condition: (Element) -> Bool) -> SubSequence {
    self[(lastIndex { !condition($0) }.map { index(after: $0) } ?? startIndex)...]
  }
}
