import Augmentation

/// One source and all that is made of it: read and decoded once.
struct WorkItem: Sendable {
  /// The path below the folder that is read.
  let source: String
  /// What is made, in the order of the manifest.
  var outputs: [PlannedOutput]

  /// The item without some of its outputs; nil where none is left.
  func without(_ isDone: (_ output: String) -> Bool) -> WorkItem? {
    let left = outputs.filter { !isDone($0.path) }
    return left.isEmpty ? nil : WorkItem(source: source, outputs: left)
  }
}

/// One file to make.
struct PlannedOutput: Sendable {
  /// The path below the folder that is written.
  let path: String
  let making: Making

  enum Making: Sendable {
    /// The source as it is.
    case original
    /// By a recipe, with draws of a key.
    case drawn(AugmentationRecipe, SampleKey, ImageEncoding)
    /// As a manifest says.
    case replayed(ManifestEntry)
  }
}

/// An image that could not be read or written, and so has no copies.
public struct SkippedImage: Codable, Equatable, Sendable {
  /// The path below the folder that was read.
  public let path: String
  /// Why, in one line that names the file.
  public let reason: String
}
