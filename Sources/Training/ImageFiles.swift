import Datasets
import Foundation

/// Images without labels: files, and what is in folders.
enum ImageFiles {
  /// The image at a path, or every image below it, by path in code point order. Hidden ones are left out.
  ///
  /// Throws ``TrainingError/missing(path:what:)`` and ``TrainingError/noImages(path:)``.
  static func samples(at path: String) throws(TrainingError) -> [ImageSample] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .missing(path: path, what: "image or folder")
    }
    if !isFolder.boolValue { return [ImageSample(path: path, relativePath: path, label: -1)] }
    guard
      let files = FileManager.default.enumerator(
        at: URL(fileURLWithPath: path), includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
    else { throw .missing(path: path, what: "readable folder") }
    var paths: [String] = []
    for case let file as URL in files
    where ImageFolder.imageExtensions.contains(file.pathExtension.lowercased()) {
      paths.append(file.path)
    }
    if paths.isEmpty { throw .noImages(path: path) }
    paths.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return paths.map { ImageSample(path: $0, relativePath: $0, label: -1) }
  }
}
