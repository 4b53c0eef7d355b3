import Augmentation
import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct DocumentFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(arguments: [
    "version: 1\nsteps:\n  - horizontal_flip: {probability: 0.25}\n",
    #"{"version": 1, "steps": [{"horizontal_flip": {"probability": 0.25}}]}"#,
  ])
  func readsRecipesInYAMLAndJSON(text: String) throws {
    let path = try folder.write(file: "recipe", text: text)
    let recipe = try AugmentationChoice(path).recipe(for: InputSize(8), sameSize: true)
    #expect(recipe == AugmentationRecipe { HorizontalFlip(probability: 0.25) })
  }

  @Test(arguments: [
    ("a: [1\nb: 2", "line 2"), ("", "expected"), ("steps: []", "version"),
    ("version: 1\nsteps:\n  - horizontal_flip: {probability: 7}", "probability must be between 0 and 1"),
    ("version: 1\nsteps:\n  - sidewards_flip: {}", "sidewards_flip"),
  ])
  func saysWhatIsWrongWithARecipe(text: String, expected: String) throws {
    let path = try folder.write(file: "recipe.yaml", text: text)
    let error = #expect(throws: TrainingError.self) {
      try AugmentationChoice(path).recipe(for: InputSize(8), sameSize: true)
    }
    let line = "\(try #require(error))"
    #expect(line.hasPrefix(path) && line.contains(expected) && !line.contains("\n"), "\(line)")
  }

  @Test func choosesRecipes() throws {
    #expect(try AugmentationChoice("none").recipe(for: InputSize(8), sameSize: true) == nil)
    let automatic = try AugmentationChoice("auto").recipe(
      for: InputSize(height: 8, width: 6), sameSize: false)
    #expect(automatic == .standard(size: ImageSize(width: 6, height: 8), sameSize: false))
    #expect(throws: TrainingError.missing(path: "/nowhere.yaml", what: "recipe file")) {
      try AugmentationChoice("/nowhere.yaml").recipe(for: InputSize(8), sameSize: true)
    }
  }

  @Test(arguments: [
    ("input: {channels: 1, height: 8}\nname: x\nlayers: []", "input: width is missing"),
    ("input: {channels: 1, height: 8, width: 8}\nname: x\nlayers: [{cnv: {}}]", "cnv"),
  ])
  func saysWhatIsWrongWithANetwork(text: String, expected: String) throws {
    let path = try folder.write(file: "network.yaml", text: text)
    let error = #expect(throws: TrainingError.self) {
      try DocumentFile.read(Network.self, from: path, what: "network file")
    }
    #expect("\(try #require(error))".contains(expected))
  }
}
