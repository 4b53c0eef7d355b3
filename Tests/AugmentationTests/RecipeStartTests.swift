import Pixels
import Testing

@testable import Augmentation

@Suite("A recipe that begins with a part of the image")
struct RecipeStartTests {
  static let recipes = [
    AugmentationRecipe {
      RandomResizedCrop(17)
      HorizontalFlip()
    },
    AugmentationRecipe {
      RandomResizedCrop(16)
      HorizontalFlip()
      Rotate(degrees: 15)
      ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)
      HorizontalFlip()
    },
    AugmentationRecipe { RandomCrop(20, padding: 9, fill: 3) },
    AugmentationRecipe {
      CenterCrop(15)
      HorizontalFlip(probability: 1)
      HorizontalFlip(probability: 1)
    },
    AugmentationRecipe { HorizontalFlip(probability: 0.3) },
    AugmentationRecipe {
      Maybe(probability: 0.5) { RandomResizedCrop(11) }
      RandomCrop(9)
    },
    AugmentationRecipe { Resize(13) },
    AugmentationRecipe(steps: []),
  ]

  @Test("The same pixels as from the whole image", arguments: recipes.indices, [1, 3, 4])
  func samePixels(_ index: Int, channels: Int) throws {
    let recipe = Self.recipes[index]
    let whole = noise(41, 33, channels)
    var image = whole
    for sample in 0..<20 {
      let key = SampleKey(seed: 3, sample: UInt64(sample))
      let start = try recipe.start(for: ImageSize(of: whole), key: key)
      image = whole
      if let region = start.region {
        try Crop(x: region.x, y: region.y, size: ImageSize(width: region.width, height: region.height))
          .apply(to: &image)
      }
      if try recipe.apply(to: &image, from: start, key: key) { image.mirror() }
      #expect(try image == recipe.apply(to: whole, key: key))
      #expect(try image == recipe.plan(for: ImageSize(of: whole), key: key).apply(to: whole))
    }
  }

  @Test("Only crops at the beginning look at a part")
  func regions() throws {
    let key = SampleKey(seed: 1, sample: 1)
    let size = ImageSize(width: 41, height: 33)
    #expect(
      try Self.recipes[3].start(for: size, key: key).region == PixelRegion(x: 13, y: 9, width: 15, height: 15)
    )
    #expect(try Self.recipes[0].start(for: size, key: key).region != nil)
    #expect(try Self.recipes[4].start(for: size, key: key).region == nil)
    #expect(throws: AugmentationError.self) {
      try AugmentationRecipe { CenterCrop(34) }.start(for: size, key: key)
    }
    var image = noise(40, 33, 3)
    let start = try Self.recipes[3].start(for: size, key: key)
    #expect(throws: AugmentationError.self) { try Self.recipes[3].apply(to: &image, from: start, key: key) }
  }
}
