import Augmentation
import Foundation
import Testing

@Suite("Built-in recipes")
struct BuiltInRecipeTests {
  @Test("Every image leaves with the wanted size", arguments: AugmentationRecipe.builtInNames)
  func size(_ name: String) throws {
    let size = ImageSize(width: 40, height: 32)
    let recipe = try AugmentationRecipe.builtIn(named: name, size: size)
    try recipe.validate()
    for (index, key) in keys(6).enumerated() {
      let image = noise(30 + 7 * index, 50 - 6 * index, [1, 3, 4][index % 3])
      #expect(try ImageSize(of: recipe.apply(to: image, key: key)) == size)
    }
  }

  @Test("Without a size every image keeps its own", arguments: AugmentationRecipe.builtInNames)
  func ownSize(_ name: String) throws {
    let recipe = try AugmentationRecipe.builtIn(named: name, size: nil)
    for key in keys(4) {
      #expect(
        try ImageSize(of: recipe.apply(to: noise(23, 31, 3), key: key)) == ImageSize(width: 23, height: 31))
    }
  }

  @Test("They survive JSON and differ from each other")
  func coding() throws {
    var seen: [AugmentationRecipe] = []
    for name in AugmentationRecipe.builtInNames {
      let recipe = try AugmentationRecipe.builtIn(named: name, size: 32)
      #expect(try JSONDecoder().decode(AugmentationRecipe.self, from: JSONEncoder().encode(recipe)) == recipe)
      #expect(!seen.contains(recipe))
      seen.append(recipe)
    }
  }

  @Test("An unknown name is an error with the nearest one")
  func unknown() throws {
    let error = #expect(throws: AugmentationError.self) {
      try AugmentationRecipe.builtIn(named: "imagnet", size: 32)
    }
    #expect(error?.description == "there is no built-in recipe 'imagnet'; the nearest is 'imagenet'")
  }
}
