import Convoy
import Foundation
import Yams

/// A recipe as the command line names it: the name of a built-in one, or a file.
enum RecipeOption {
  /// The recipe.
  ///
  /// Throws `TrainingError.missing` and `.unreadableDocument`.
  /// - Parameter size: what images leave with; nil where each keeps its own as far as the recipe lets it.
  static func recipe(_ text: String, size: ImageSize?) throws -> AugmentationRecipe {
    if names.contains(text) { return try .builtIn(named: text, size: size) }
    guard FileManager.default.fileExists(atPath: text) else {
      throw TrainingError.missing(
        path: text, what: "recipe file, nor a built-in recipe (\(names.joined(separator: ", ")))")
    }
    let recipe: AugmentationRecipe
    do {
      let content = try String(contentsOfFile: text, encoding: .utf8)
      recipe = try YAMLDecoder().decode(AugmentationRecipe.self, from: content)
      try recipe.validate()
    } catch {
      throw TrainingError.unreadableDocument(path: text, reason: DecodingReason.of(error))
    }
    return recipe
  }

  /// The names of the built-in recipes.
  static let names = AugmentationRecipe.builtInNames
}
