import Augmentation
import Foundation
import Names

/// Which augmentation the training images get.
///
/// In a configuration `augment` is `auto`, `none`, the name of a built-in recipe, the path of a recipe file (YAML or
/// JSON), or a recipe itself.
public enum AugmentationChoice: Equatable, Sendable {
  /// The standard recipe for the data: a crop and a flip.
  case automatic
  /// None: images are only resized and normalised.
  case none
  /// A built-in recipe, by its name.
  case builtIn(String)
  /// A recipe in a file.
  case file(String)
  /// A recipe.
  case recipe(AugmentationRecipe)
}

extension AugmentationChoice {
  /// The choice that a flag's text states.
  public init(_ text: String) {
    switch text {
    case "auto": self = .automatic
    case "none": self = .none
    default: self = AugmentationRecipe.builtInNames.contains(text) ? .builtIn(text) : .file(text)
    }
  }

  /// The recipe, for images that enter the network with this size; nil where images stay as they are.
  ///
  /// Throws ``TrainingError/missing(path:what:)`` and ``TrainingError/unreadableDocument(path:reason:)``, and
  /// what is wrong with the recipe.
  func recipe(for size: InputSize, sameSize: Bool) throws -> AugmentationRecipe? {
    switch self {
    case .automatic:
      return .standard(size: ImageSize(width: size.width, height: size.height), sameSize: sameSize)
    case .none:
      return nil
    case .builtIn(let name):
      return try .builtIn(named: name, size: ImageSize(width: size.width, height: size.height))
    case .file(let path):
      try Self.checkName(path)
      let recipe = try DocumentFile.read(AugmentationRecipe.self, from: path, what: "recipe file")
      do { try recipe.validate() } catch {
        throw TrainingError.unreadableDocument(path: path, reason: "\(error)")
      }
      return recipe
    case .recipe(let recipe):
      do { try recipe.validate() } catch {
        throw TrainingError.invalidOption(name: "augment", value: "(a recipe)", reason: "\(error)")
      }
      return recipe
    }
  }

  /// Throws where a text without a dot or a slash is no file, and so is meant as a name.
  private static func checkName(_ text: String) throws {
    if text.contains(where: { "./".contains($0) }) || FileManager.default.fileExists(atPath: text) { return }
    let names = AugmentationRecipe.builtInNames
    throw TrainingError.invalidOption(
      name: "augment", value: text,
      reason:
        "it is neither a file nor a built-in recipe; \(advice(for: text, among: names, plural: "those"))")
  }
}

extension AugmentationChoice: Codable {
  /// Reads a text or a recipe.
  public init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self.init(text)
    } else {
      self = .recipe(try AugmentationRecipe(from: decoder))
    }
  }

  /// Writes a text or a recipe.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .automatic: try encode("auto", to: encoder)
    case .none: try encode("none", to: encoder)
    case .builtIn(let name): try encode(name, to: encoder)
    case .file(let path): try encode(path, to: encoder)
    case .recipe(let recipe): try recipe.encode(to: encoder)
    }
  }

  private func encode(_ text: String, to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
