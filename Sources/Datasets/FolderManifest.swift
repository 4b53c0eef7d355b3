import Randomness

/// What an image folder holds, file by file: enough to tell whether it is still the same, and what changed.
///
/// The folder's own place and the files' times do not enter.
public struct FolderManifest: Equatable, Sendable {
  /// One image.
  public struct File: Equatable, Sendable {
    /// The path below the folder, with `/` between its parts.
    public let path: String
    /// The size in bytes; -1 where the file is gone.
    public let bytes: Int
    /// A hash of the file's last 64 bytes, where it was looked at: all of a small folder, a fixed sample of the
    /// paths of a large one. The end of a PNG or JPEG file depends on what is before it.
    public let ending: UInt64?

    /// A file as it was found.
    public init(path: String, bytes: Int, ending: UInt64?) {
      self.path = path
      self.bytes = bytes
      self.ending = ending
    }
  }

  /// Names of the classes, in the order of their labels.
  public let classes: [String]
  /// The images, by path in code point order.
  public let files: [File]
  /// A hash of every image's class and weight, where they are not plain from the paths; else 0.
  public let labelling: UInt64

  /// A manifest of files in order.
  public init(classes: [String], files: [File], labelling: UInt64 = 0) {
    self.classes = classes
    self.files = files
    self.labelling = labelling
  }

  /// Sixteen hexadecimal digits that change when anything of it does.
  public var fingerprint: String {
    var hash = StableHash.combine(UInt64(classes.count), UInt64(files.count))
    for name in classes { hash = StableHash.combine(hash, StableHash.of(name)) }
    for file in files {
      hash = StableHash.combine(
        hash, StableHash.of(file.path), UInt64(bitPattern: Int64(file.bytes)), file.ending ?? 0)
    }
    if labelling != 0 { hash = StableHash.combine(hash, labelling) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension FolderManifest {
  /// The paths that differ between two states of a folder, each list in code point order.
  public struct Difference: Equatable, Sendable {
    /// Files that are there now and were not.
    public var added: [String] = []
    /// Files that were there.
    public var removed: [String] = []
    /// Files of another size or content.
    public var changed: [String] = []

    /// No difference.
    public init() {}
  }

  /// What changed since an earlier state. Complexity: linear in the files of both.
  public func difference(from earlier: FolderManifest) -> Difference {
    var difference = Difference()
    var (now, before) = (files[...], earlier.files[...])
    while let file = now.first, let old = before.first {
      if file.path.utf8.elementsEqual(old.path.utf8) {
        // A sample of paths that grew or shrank says nothing about files that only one of them looked at.
        let isSameEnding = file.ending == nil || old.ending == nil || file.ending == old.ending
        if file.bytes != old.bytes || !isSameEnding { difference.changed.append(file.path) }
        now.removeFirst()
        before.removeFirst()
      } else if file.path.precedesByCodePoint(old.path) {
        difference.added.append(file.path)
        now.removeFirst()
      } else {
        difference.removed.append(old.path)
        before.removeFirst()
      }
    }
    difference.added += now.map(\.path)
    difference.removed += before.map(\.path)
    return difference
  }
}

extension ImageFolder {
  /// Looks at every file: its size, and the ending of all of them, or of about 4,096 in a larger folder, so that
  /// one on a slow disk does not take long to begin with.
  public func manifest() -> FolderManifest {
    let stride = UInt64((samples.count + 4095) / 4096)
    let files = samples.map { sample in
      // By the path's hash, so that files that come and go leave the others' turn alone.
      let ending = sample.identity.isMultiple(of: stride) ? FolderListing.ending(of: sample.path) : nil
      return FolderManifest.File(
        path: sample.relativePath, bytes: FolderListing.fileSize(of: sample.path) ?? -1, ending: ending)
    }
    return FolderManifest(classes: classes, files: files, labelling: labelling)
  }

  /// See ``FolderManifest/labelling``.
  private var labelling: UInt64 {
    let isPlain = samples.allSatisfy { sample in
      let top = sample.folder.relativePath.utf8.prefix { $0 != UInt8(ascii: "/") }
      return sample.weight == 1 && top.elementsEqual(classes[sample.label].utf8)
    }
    if isPlain { return 0 }
    return samples.reduce(1) {
      StableHash.combine($0, StableHash.of(classes[$1.label]), UInt64($1.weight.bitPattern))
    }
  }
}
