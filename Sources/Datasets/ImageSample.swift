import Randomness

/// One image of a data set: where it is, what it shows, and the key of every random draw made for it.
///
/// 32 bytes and the name's: a data set may have millions. The images in a folder share its paths, and the memory that
/// their names lie in.
public struct ImageSample: Sendable {
  /// The folder that it lies in.
  let folder: SampleFolder
  /// Where the file's name is among the folder's.
  private let nameStart, nameCount: UInt32
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

  /// The file's name.
  var name: String { String(decoding: nameBytes, as: UTF8.self) }

  fileprivate var nameBytes: ArraySlice<UInt8> {
    folder.names[Int(nameStart)..<Int(nameStart) + Int(nameCount)]
  }

  /// The absolute path of the file.
  public var path: String { folder.path + name }

  /// The path below the split's folder, with `/` between its parts: `"Bag/0001.png"`.
  public var relativePath: String { folder.relativePath + name }

  /// A file of a folder.
  /// - Parameter name: where its name is among the folder's.
  init(in folder: SampleFolder, name: Range<Int>, label: Int, weight: Float = 1) {
    self.folder = folder
    (nameStart, nameCount) = (UInt32(name.lowerBound), UInt32(name.count))
    self.weight = weight
    storedLabel = Int32(label)
    identity = StableHash.of(folder.relativePath + String(decoding: folder.names[name], as: UTF8.self))
  }

  /// The same file in a folder of the same names.
  init(_ sample: ImageSample, in folder: SampleFolder) {
    let start = Int(sample.nameStart)
    self.init(
      in: folder, name: start..<start + Int(sample.nameCount), label: sample.label, weight: sample.weight)
  }

  /// A sample whose identity follows from its relative path.
  public init(path: String, relativePath: String, label: Int, weight: Float = 1) {
    // The last part of both, where they have the same one.
    let name = String(Substring(relativePath.utf8.suffix(while: { $0 != UInt8(ascii: "/") })))
    if path.utf8.suffix(name.utf8.count).elementsEqual(name.utf8) {
      let folder = SampleFolder(
        path: String(Substring(path.utf8.dropLast(name.utf8.count))),
        relativePath: String(Substring(relativePath.utf8.dropLast(name.utf8.count))), names: Array(name.utf8))
      self.init(in: folder, name: folder.names.indices, label: label, weight: weight)
    } else {
      let folder = SampleFolder(path: path, relativePath: relativePath, names: [])
      self.init(in: folder, name: 0..<0, label: label, weight: weight)
    }
  }
}

extension ImageSample: Hashable {
  /// Whether paths, label and weight are the same.
  public static func == (left: ImageSample, right: ImageSample) -> Bool {
    left.identity == right.identity && left.label == right.label && left.weight == right.weight
      && left.nameBytes == right.nameBytes && left.folder.hasPaths(of: right.folder)
  }

  /// Hashes what tells samples apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(identity)
    hasher.combine(label)
  }
}

/// Where images lie: the part of their paths that they share, with the slash at its end, and their names.
final class SampleFolder: Sendable {
  let path: String
  let relativePath: String
  /// The names of files, one after the other without anything between them.
  let names: [UInt8]

  init(path: String, relativePath: String, names: [UInt8]) {
    self.path = path
    self.relativePath = relativePath
    self.names = names
  }

  func hasPaths(of other: SampleFolder) -> Bool {
    self === other || path == other.path && relativePath == other.relativePath
  }
}

extension BidirectionalCollection {
  /// The longest end whose elements all satisfy a condition.
  fileprivate func suffix(while condition: (Element) -> Bool) -> SubSequence {
    self[(lastIndex { !condition($0) }.map { index(after: $0) } ?? startIndex)...]
  }
}
