import Augmentation
import Foundation

/// Tells where a transform may change what an image is called: a 6 turned round is a 9.
///
/// By the names of the classes: digits and letters, left and right, up and down, colours.
enum LabelSafety {
  /// What a class's name says that a transform may take away.
  enum Meaning: CaseIterable {
    case glyph, side, height, colour

    /// What the class shows, for the message.
    var description: String {
      switch self {
      case .glyph: "digits or letters"
      case .side: "left or right"
      case .height: "up or down"
      case .colour: "a colour"
      }
    }

    /// Words that say so, in lower case.
    var words: Set<String> {
      switch self {
      case .glyph:
        [
          "digit", "digits", "letter", "letters", "number", "numbers", "character", "characters", "zero",
          "one",
          "two", "three", "four", "five", "six", "seven", "eight", "nine",
        ]
      case .side: ["left", "right", "east", "west"]
      case .height: ["up", "down", "above", "below", "north", "south", "upward", "downward"]
      case .colour:
        [
          "red", "green", "blue", "yellow", "orange", "purple", "violet", "pink", "brown", "white", "black",
          "grey",
          "gray",
        ]
      }
    }

    /// Whether a class's name says it: as one of its words, or as a single letter or a number.
    func isSaid(by className: String) -> Bool {
      let parts = className.lowercased().split { !$0.isLetter && !$0.isNumber }
      if self == .glyph, let only = parts.first, parts.count == 1 {
        if only.count == 1 || only.allSatisfy(\.isNumber) { return true }
      }
      return parts.contains { words.contains(String($0)) }
    }

    /// Whether a transform, with its options, takes it away.
    func isLost(by transform: String, _ options: [String: Any]) -> Bool {
      switch self {
      case .glyph:
        Self.mirrors.contains(transform) || Self.flips.contains(transform) || turns(transform, options, 45)
      case .side: Self.mirrors.contains(transform) || turns(transform, options, 60)
      case .height: Self.flips.contains(transform) || turns(transform, options, 60)
      case .colour: Self.recolours.contains(transform) && !isSlight(options)
      }
    }

    private static let mirrors: Set = ["horizontal_flip", "transpose", "d4"]
    private static let flips: Set = ["vertical_flip", "transpose", "d4"]
    private static let recolours: Set = [
      "hue_saturation_value", "color_jitter", "rgb_shift", "grayscale", "invert", "channel_shuffle",
      "channel_dropout", "sepia", "solarize", "auto_augment", "rand_augment", "trivial_augment_wide",
    ]

    /// Whether a transform turns the picture by more than some degrees.
    private func turns(_ transform: String, _ options: [String: Any], _ limit: Double) -> Bool {
      // TrivialAugmentWide turns by up to 135 degrees; the other policies by 30 at most.
      if ["rotate90", "d4", "trivial_augment_wide"].contains(transform) { return true }
      guard ["rotate", "affine"].contains(transform) else { return false }
      let degrees = ((options["degrees"] ?? options["rotate"]) as? [Any] ?? []).compactMap { $0 as? Double }
      return degrees.contains { $0.magnitude > limit }
    }

    /// Whether only a hue that hardly moves is asked for.
    private func isSlight(_ options: [String: Any]) -> Bool {
      guard let hue = options["hue"] as? [Any] else { return false }
      return hue.compactMap { $0 as? Double }.allSatisfy { $0.magnitude <= 0.05 }
    }
  }

  /// One line for each transform that may change what some classes show; classes for which it is excluded are left
  /// out.
  static func warnings(
    _ recipe: AugmentationRecipe, for tree: SourceTree, _ recipes: ExcludingRecipes
  ) -> [String] {
    var lines: [String] = []
    let classes = tree.classes
    var said = Set<String>()
    for (transform, options) in transforms(in: recipe) {
      for meaning in Meaning.allCases where meaning.isLost(by: transform, options) {
        let names = classes.filter { meaning.isSaid(by: $0) && !isExcluded(transform, $0, tree, recipes) }
        guard let first = names.first, said.insert("\(transform) \(meaning)").inserted else { continue }
        let shown = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
        lines.append(
          "\(transform) may change what classes named for \(meaning.description) show (\(shown)); leave it out there "
            + "with --exclude '\(Exclusion(transform: transform, pattern: first).text)'")
      }
    }
    return lines
  }

  private static func isExcluded(
    _ transform: String, _ className: String, _ tree: SourceTree, _ recipes: ExcludingRecipes
  ) -> Bool {
    tree.images.filter { $0.className == className }.allSatisfy {
      recipes.excluded(for: $0).contains(transform)
    }
  }

  /// The transforms of a recipe with their options, also those within others, in order.
  private static func transforms(in recipe: AugmentationRecipe) -> [(name: String, options: [String: Any])] {
    var found: [(name: String, options: [String: Any])] = []
    func visit(_ value: Any) {
      if let list = value as? [Any] { list.forEach(visit) }
      guard let mapping = value as? [String: Any] else { return }
      for (name, options) in mapping.sorted(by: { FilePath($0.key) < FilePath($1.key) }) {
        if let options = options as? [String: Any] { found.append((name, options)) }
        visit(options)
      }
    }
    // A recipe that can be read can be written.
    if let data = try? JSONEncoder().encode(recipe), let value = try? JSONSerialization.jsonObject(with: data)
    {
      visit(value)
    }
    return found
  }
}
