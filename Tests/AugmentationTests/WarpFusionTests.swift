import Testing

@testable import Augmentation

@Suite("Consecutive warps")
struct WarpFusionTests {
  private let key = SampleKey(seed: 1, sample: 1)

  @Test("A turn and the turn back are nothing: the image is read once")
  func thereAndBack() throws {
    let image = noise(31, 24, 3)
    let recipe = AugmentationRecipe {
      Rotate(degrees: 30...30)
      Rotate(degrees: -30 ... -30)
    }
    let result = try recipe.apply(to: image, key: key)
    let difference = try #require(Difference(result, image))
    #expect(difference.largest <= 1)
  }

  @Test("Warps are done in their order")
  func order() throws {
    let image = noise(40, 30, 1)
    let turned = AugmentationRecipe {
      Rotate(degrees: 20...20)
      Rotate(degrees: 25...25)
    }
    let once = AugmentationRecipe { Rotate(degrees: 45...45) }
    let difference = try #require(
      Difference(try turned.apply(to: image, key: key), try once.apply(to: image, key: key)))
    #expect(difference.largest <= 1)
    let a = ProjectiveMap.rotation(degrees: 20)
    let b = ProjectiveMap(xx: 2, xy: 0.5, x0: 3, yy: 1, y0: -1, wx: 0.01)
    let (through, direct) = (b(4, 5), (a * b)(4, 5))
    let expected = a(through.x, through.y)
    #expect(abs(expected.x - direct.x) < 1e-12 && abs(expected.y - direct.y) < 1e-12)
  }

  @Test("Warps that read the image in different ways, or have something between them, stay apart")
  func apart() throws {
    let image = noise(31, 24, 3)
    let between: [[any Transform]] = [
      [Rotate(degrees: 30...30), Rotate(degrees: -30 ... -30, border: .edge)],
      [Rotate(degrees: 30...30), Rotate(degrees: -30 ... -30, fill: 3)],
      [Rotate(degrees: 30...30), Rotate(degrees: -30 ... -30, interpolation: .nearest)],
      [Rotate(degrees: 30...30), HorizontalFlip(probability: 1), Rotate(degrees: 30...30)],
    ]
    for steps in between {
      var alone = image
      for step in steps { alone = try AugmentationRecipe(steps: [step]).apply(to: alone, key: key) }
      #expect(try AugmentationRecipe(steps: steps).apply(to: image, key: key) == alone)
    }
  }

  @Test("Very many reductions do not overflow")
  func extreme() throws {
    let recipe = AugmentationRecipe(steps: (0..<40).map { _ in Zoom(scale: 0.01...0.01, border: .wrap) })
    #expect(try recipe.apply(to: noise(9, 9, 3), key: key).width == 9)
  }
}
