import Augmentation
import ImageCodecs

/// Why a folder cannot be augmented. Each describes itself in one line.
public enum FolderAugmentationError: Error, Equatable, Sendable {
  /// An option's value, or two of them together, cannot be used.
  case invalidOption(name: String, reason: String)
  /// The recipe has no transform, so that every copy would be its source again.
  case emptyRecipe
  /// The folder to write is the one that is read, or lies in it.
  case outputInsideInput(output: String, input: String)
  /// There is no split of that name.
  case noSuchSplit(path: String, name: String, found: [String])
  /// An exclusion names a transform that the recipe does not have.
  case notInRecipe(exclusion: String, recipe: [String])
  /// An exclusion's pattern fits no image.
  case fitsNothing(exclusion: String)
  /// Two files would be made under one name.
  case sameOutput(path: String, first: String, second: String)
  /// A file is in the way that was not made so.
  case outputExists(path: String, reason: String)
  /// A source is not what it was when the manifest was written.
  case sourceChanged(path: String, manifest: String)
  /// A source that the manifest names cannot be read.
  case sourceUnreadable(ImageError, manifest: String)
  /// The same source and plan give other bytes than the manifest says.
  case differentResult(path: String, manifest: String)
  /// A line of a manifest is not one.
  case badManifest(path: String, line: Int, reason: String)
  /// There is no manifest.
  case noManifest(path: String)
  /// A recipe does not fit an image, or a plan its source.
  case image(path: String, AugmentationError)
  /// No image could be read; the reason of the first.
  case everyImageUnreadable(path: String, count: Int, first: String)
  /// A file or folder cannot be made.
  case cannotCreate(path: String, reason: String)
  /// Writing failed on the way, such as on a full disk.
  case writeFailed(path: String, reason: String)
  /// A file that was made before cannot be read.
  case cannotRead(path: String, reason: String)
}

extension FolderAugmentationError: CustomStringConvertible {
  /// One line: what, where, and what to do.
  public var description: String {
    switch self {
    case .invalidOption(let name, let reason):
      "\(name): \(reason)"
    case .emptyRecipe:
      "the recipe has no transforms, so every copy would be its source again; name some"
    case .outputInsideInput(let output, let input):
      "\(output): the folder to write lies in the folder that is read (\(input)); choose one outside of it"
    case .noSuchSplit(let path, let name, let found):
      "\(path): no split '\(name)'; "
        + (found.isEmpty ? "the folder has no splits" : "there is \(found.joined(separator: " and "))")
    case .notInRecipe(let exclusion, let recipe):
      "--exclude \(exclusion): the recipe has no such transform; it has \(recipe.joined(separator: ", "))"
    case .fitsNothing(let exclusion):
      "--exclude \(exclusion): fits no image; expected a class, or paths below the folder such as 'digits/*'"
    case .sameOutput(let path, let first, let second):
      "\(path): would be made of both \(first) and \(second); rename one of them"
    case .outputExists(let path, let reason):
      "\(path): \(reason); move it away, choose another folder, or give --overwrite"
    case .sourceChanged(let path, let manifest):
      "\(path): has changed since \(manifest) was written"
    case .sourceUnreadable(let error, let manifest):
      "\(error) (it is named in \(manifest))"
    case .differentResult(let path, let manifest):
      "\(path): comes out with other bytes than \(manifest) says; it was written by another version of convoy, libpng or "
        + "libjpeg, or changed"
    case .badManifest(let path, let line, let reason):
      "\(path):\(line): not a line of a manifest: \(reason)"
    case .noManifest(let path):
      "\(path): no such manifest; convoy augment writes one into the folder that it makes"
    case .image(let path, let error):
      "\(path): \(error)"
    case .everyImageUnreadable(let path, let count, let first):
      "\(path): none of its \(count) images can be read; the first: \(first)"
    case .cannotCreate(let path, let reason):
      "\(path): cannot be made: \(reason)"
    case .writeFailed(let path, let reason):
      "\(path): cannot be written: \(reason); what was made before stays, and the same command goes on from there"
    case .cannotRead(let path, let reason):
      "\(path): cannot be read: \(reason)"
    }
  }
}
