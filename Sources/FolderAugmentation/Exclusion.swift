import Augmentation
import Foundation

/// A transform that some images do not get: `vertical-flip:digits/*`.
public struct Exclusion: Hashable, Sendable {
  /// The transform's name in recipes, such as `vertical_flip`.
  public let transform: String
  /// A class, or a pattern of paths (`*`, `?` and `[...]`, as in a shell; `*` fits `/` too).
  public let pattern: String

  /// An exclusion of a transform for the images that a pattern fits.
  public init(transform: String, pattern: String) {
    self.transform = transform
    self.pattern = pattern
  }

  /// Reads `TRANSFORM:PATTERN`, the transform with `-` or `_` in its name; nil where one of them is missing.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.init(transform: String(parts[0]).replacing("-", with: "_"), pattern: String(parts[1]))
  }

  /// As it is written on the command line.
  public var text: String { "\(transform.replacing("_", with: "-")):\(pattern)" }

  /// Whether the pattern fits an image's class, its path below its split's folder, or its whole path.
  func fits(_ image: SourceTree.Image) -> Bool {
    [image.className, image.pathInSplit, image.path].contains { (text: String) in
      fnmatch(pattern, text, 0) == 0
    }
  }
}

/// The recipe for each image of a tree, without what is excluded for it.
struct ExcludingRecipes {
  private let recipe: AugmentationRecipe
  private let exclusions: [Exclusion]
  private var variants: [Set<String>: AugmentationRecipe] = [:]

  /// - Throws: `FolderAugmentationError.notInRecipe` and `.fitsNothing` for an exclusion that excludes nothing.
  init(
    _ recipe: AugmentationRecipe, exclusions: [Exclusion], for tree: SourceTree
  ) throws(FolderAugmentationError) {
    self.recipe = recipe
    self.exclusions = exclusions
    let names = recipe.transformNames
    for exclusion in exclusions {
      guard names.contains(exclusion.transform) else {
        throw .notInRecipe(exclusion: exclusion.text, recipe: names)
      }
      guard tree.images.contains(where: exclusion.fits) else { throw .fitsNothing(exclusion: exclusion.text) }
    }
  }

  /// The names of the transforms that an image does not get.
  func excluded(for image: SourceTree.Image) -> Set<String> {
    exclusions.isEmpty ? [] : Set(exclusions.filter { $0.fits(image) }.map(\.transform))
  }

  /// The recipe of an image.
  mutating func recipe(for image: SourceTree.Image) -> AugmentationRecipe {
    let names = excluded(for: image)
    if names.isEmpty { return recipe }
    if let variant = variants[names] { return variant }
    let variant = recipe.excluding(names)
    variants[names] = variant
    return variant
  }
}
