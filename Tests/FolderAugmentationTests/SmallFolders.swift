import Augmentation
import Foundation
import FolderAugmentation
import ImageCodecs
import TestSupport

/// Folders of small pictures to augment, and what is in them afterwards.
struct SmallFolders {
  let folder: TemporaryFolder
  var input: String { folder.path(of: "in") }

  static let recipe = AugmentationRecipe {
    HorizontalFlip(probability: 0.5)
    Rotate(degrees: 20)
    ColorJitter(brightness: 0.4)
  }

  /// Makes `in/CLASS/NAME` for each path.
  init(_ paths: [String] = ["cat/a.png", "cat/b.jpg", "dog/a.png", "dog/c.png", "dog/d.png"]) throws {
    folder = try TemporaryFolder()
    for (index, path) in paths.enumerated() { try write(path, shade: index) }
  }

  /// Writes a picture that no other shade has.
  func write(_ path: String, shade: Int, channels: Int = 3) throws {
    var image = PixelBuffer(width: 11, height: 7, channels: channels)
    for place in image.bytes.indices { image.bytes[place] = UInt8((place * 7 + shade * 31) % 256) }
    let isJPEG = path.hasSuffix(".jpg")
    try folder.write(
      file: "in/" + path, bytes: isJPEG ? ImageCodec.encodeJPEG(image) : ImageCodec.encodePNG(image))
  }

  func work(
    _ output: String = "out", recipe: AugmentationRecipe = recipe, copies: Int = 3
  ) -> FolderAugmentation {
    var work = FolderAugmentation(input: input, output: folder.path(of: output), recipe: recipe)
    work.amount = .copies(copies)
    return work
  }

  /// Every file below a folder, with its bytes.
  func files(in name: String = "out") throws -> [String: Data] {
    let root = folder.path(of: name)
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
      let full = root + "/" + path
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
      if !isFolder.boolValue { files[path] = try Data(contentsOf: URL(fileURLWithPath: full)) }
    }
    return files
  }

  /// The lines of a manifest as JSON objects.
  func manifest(in name: String = "out") throws -> [[String: Any]] {
    let text = try String(contentsOfFile: folder.path(of: name + "/manifest.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
  }
}
