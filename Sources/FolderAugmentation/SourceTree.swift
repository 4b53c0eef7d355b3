import Datasets
import Foundation

/// The images of a folder, with the part and the class that each belongs to.
///
/// A folder with splits (`train`, `val`, `test`, as ``DatasetSplits`` knows them), one with a folder for each class,
/// or images without classes directly in it.
struct SourceTree {
  /// An image.
  struct Image {
    /// The path below the tree's root, with `/` between its parts.
    let path: String
    /// The name of its split's folder; empty where there are no splits.
    let split: String
    /// The name of its class; empty where there are no classes.
    let className: String
    /// The path below the split's folder.
    let pathInSplit: String
    /// The key of its draws.
    let identity: UInt64
  }

  /// The absolute path, links resolved.
  let root: String
  /// The images, by path in code point order.
  let images: [Image]
  let warnings: [DatasetWarning]

  /// Lists a folder.
  /// - Parameter split: the part wanted, by its folder's name or as `train`, `validation` or `test`; nil for all.
  /// - Throws: `DatasetError`, `FolderAugmentationError.noSuchSplit`.
  init(of folder: String, onlySplit split: String?) throws {
    let root = FilePath.resolved(folder)
    self.root = root
    let splits = try DatasetSplits.folders(of: folder)
    if let split, !splits.contains(where: { $0.name == split || $0.split == split }) {
      throw FolderAugmentationError.noSuchSplit(path: folder, name: split, found: splits.map(\.name))
    }
    let parts =
      splits.isEmpty
      ? [""] : splits.filter { split == nil || $0.name == split || $0.split == split }.map(\.name)
    var images: [Image] = []
    var warnings: [DatasetWarning] = []
    for part in parts {
      let prefix = part.isEmpty ? "" : part + "/"
      let (samples, classes, said) = try Self.samples(in: part.isEmpty ? root : root + "/" + part)
      warnings += said
      images += samples.map { sample in
        Image(
          path: prefix + sample.relativePath, split: part,
          className: classes.indices.contains(sample.label) ? classes[sample.label] : "",
          pathInSplit: sample.relativePath, identity: sample.identity)
      }
    }
    self.images = images.sorted { FilePath($0.path) < FilePath($1.path) }
    self.warnings = warnings
  }

  /// The names of the classes, in code point order.
  var classes: [String] {
    Set(images.map(\.className)).subtracting([""]).sorted { FilePath($0) < FilePath($1) }
  }

  private static func samples(
    in folder: String
  ) throws -> (samples: [ImageSample], classes: [String], warnings: [DatasetWarning]) {
    let index: ImageFolder
    do throws(DatasetError) { index = try ImageFolder.index(root: folder) } catch {
      // An image folder without classes is one all the same.
      guard case .noClassFolders(let path, let count) = error, count > 0 else { throw error }
      let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
        !name.hasPrefix(".")
          && ImageFolder.imageExtensions.contains((name as NSString).pathExtension.lowercased())
      }
      return (names.map { ImageSample(path: path + "/" + $0, relativePath: $0, label: -1) }, [], [])
    }
    return (index.samples, index.classes, index.warnings)
  }
}
