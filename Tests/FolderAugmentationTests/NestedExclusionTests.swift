import Augmentation
import Testing

@Suite("Transforms left out of a recipe")
struct NestedExclusionTests {
  private static let recipe = AugmentationRecipe {
    RandomOrder {
      OneOf {
        HorizontalFlip(probability: 1)
        Rotate(degrees: 20)
      }
      Zoom(scale: 1.1...1.4)
    }
    ColorJitter(brightness: 0.4)
  }

  @Test("names, with those within")
  func names() {
    #expect(
      Self.recipe.transformNames == [
        "random_order", "one_of", "horizontal_flip", "rotate", "zoom", "color_jitter",
      ])
  }

  @Test(
    "what stays draws as before, whatever is left out",
    arguments: ["horizontal_flip", "rotate", "one_of", "zoom"])
  func draws(name: String) throws {
    let left = Self.recipe.excluding([name])
    let gone = name == "one_of" ? ["horizontal_flip", "rotate"] : [name]
    for sample in 0..<20 as Range<UInt64> {
      let key = SampleKey(seed: 3, sample: sample)
      let whole = try Self.recipe.plan(for: 9, key: key)
      #expect(try left.plan(for: 9, key: key).steps == whole.steps.filter { !gone.contains($0.transform) })
    }
  }
}
