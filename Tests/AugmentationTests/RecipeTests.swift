import Augmentation
import Dispatch
import Foundation
import Testing

@Suite("Recipes")
struct RecipeTests {
  /// One image's memory serves results of all sizes; what they are made of stays, also where nothing happens to it.
  @Test(arguments: [everything, colours, filters, AugmentationRecipe { HorizontalFlip() }])
  func resultsShareMemory(recipe: AugmentationRecipe) throws {
    var result = PixelBuffer(width: 1, height: 1, channels: 1)
    for (index, key) in keys(12).enumerated() {
      let image = noise(
        44 + 7 * (index % 3), 40 - 3 * (index % 4), index % 4 == 0 ? 4 : 3, seed: UInt64(index))
      let (copy, size) = (image.bytes.map { $0 }, ImageSize(of: image))
      try recipe.apply(to: image, into: &result, key: key)
      #expect(try result == recipe.plan(for: size, key: key).apply(to: image))
      #expect(image.bytes == copy)
    }
  }

  @Test("Applying a recipe and applying its plan give the same image")
  func planThenApply() throws {
    let image = noise(45, 33, 3)
    for key in keys(8) {
      let plan = try everything.plan(for: ImageSize(of: image), key: key)
      #expect(try plan.apply(to: image) == everything.apply(to: image, key: key))
    }
  }

  @Test("The order of the samples and the threads do not matter")
  func threads() throws {
    let image = noise(45, 33, 3)
    let samples = keys(8)
    let alone = try samples.reversed().map { try everything.apply(to: image, key: $0) }.reversed()
    let results = Results()
    DispatchQueue.concurrentPerform(iterations: samples.count) { index in
      results.store(Result { try everything.apply(to: image, key: samples[index]) }, at: index)
    }
    #expect(try results.images(samples.count) == Array(alone))
  }

  @Test("Each part of the key makes another plan")
  func keyParts() throws {
    let base = SampleKey(seed: 1, epoch: 2, sample: 3, copy: 4)
    let others = [
      SampleKey(seed: 9, epoch: 2, sample: 3, copy: 4), SampleKey(seed: 1, epoch: 9, sample: 3, copy: 4),
      SampleKey(seed: 1, epoch: 2, sample: 9, copy: 4), SampleKey(seed: 1, epoch: 2, sample: 3, copy: 9),
    ]
    let recipe = AugmentationRecipe { Rotate(degrees: 30) }
    let angle = try recipe.plan(for: 10, key: base)
    #expect(try recipe.plan(for: 10, key: base) == angle)
    for other in others { #expect(try recipe.plan(for: 10, key: other) != angle) }
  }

  @Test("The empty recipe changes nothing")
  func none() throws {
    let image = noise(5, 4, 3)
    #expect(try AugmentationRecipe.none.apply(to: image, key: keys(1)[0]) == image)
  }

  @Test("The standard recipe gives every image the wanted size")
  func standard() throws {
    let same = AugmentationRecipe.standard(size: 28, sameSize: true)
    let mixed = AugmentationRecipe.standard(size: 96, sameSize: false)
    #expect(same == AugmentationRecipe { HorizontalFlip() })
    #expect(
      mixed
        == AugmentationRecipe {
          RandomResizedCrop(96, area: 0.35...1)
          HorizontalFlip()
        })
    #expect(try ImageSize(of: same.apply(to: noise(28, 28, 1), key: keys(1)[0])) == 28)
    #expect(try ImageSize(of: mixed.apply(to: noise(61, 190, 3), key: keys(1)[0])) == 96)
  }

  @Test("A plan refuses an image of another size")
  func planForAnotherSize() throws {
    let plan = try everything.plan(for: ImageSize(width: 45, height: 33), key: keys(1)[0])
    #expect(throws: AugmentationError.planMismatch(expected: "an image of 45x33", got: "45x32")) {
      try plan.apply(to: noise(45, 32, 3))
    }
  }

  /// Images by index, filled from several threads.
  private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private var results: [Int: Result<PixelBuffer, any Error>] = [:]

    func store(_ result: Result<PixelBuffer, any Error>, at index: Int) {
      lock.withLock { results[index] = result }
    }

    func images(_ count: Int) throws -> [PixelBuffer] {
      try lock.withLock { try (0..<count).map { try #require(results[$0]).get() } }
    }
  }
}
