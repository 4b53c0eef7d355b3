import Testing

@testable import Augmentation

@Suite("Look-up tables in a row")
struct TableFusionTests {
  /// Tables that need nothing of the image, its histograms and its mean, with another operation between.
  private let recipe = AugmentationRecipe {
    Brightness(factor: 1.3...1.4)
    Contrast(factor: 0.5...0.6)
    RGBShift()
    Contrast(factor: 1.5...1.6)
    Equalize(probability: 1)
    Gamma(exponent: 0.7...0.8)
    AutoContrast(probability: 1)
    Sepia(probability: 0.5)
    ChannelDropout(fill: 30)
    Posterize(bits: 3...5)
    Solarize(threshold: 90...150)
    PlanckianJitter()
    Invert(probability: 1)
  }

  @Test("One pass gives the same pixels as one after the other", arguments: [1, 3, 4])
  func fused(_ channels: Int) throws {
    let image = noise(19, 13, channels)
    for key in keys(20) {
      let plan = try recipe.plan(for: ImageSize(of: image), key: key)
      var single = image
      for step in plan.steps { try step.plan.apply(to: &single) }
      #expect(try plan.apply(to: image) == single)
      #expect(try recipe.apply(to: image, key: key) == single)
    }
  }

  @Test("The plan stays a list")
  func list() throws {
    let plan = try recipe.plan(for: 8, key: keys(1)[0])
    #expect(plan.steps.count >= 9)
    #expect(plan.steps.first?.path == "0/Brightness")
  }

  @Test("A wrong step among tables is still an error")
  func wrongStep() throws {
    var runner = PlanRunner(noise(4, 4, 3))
    try Invert.Plan().run(on: &runner)
    #expect(throws: AugmentationError.self) { try Posterize.Plan(bits: 9).run(on: &runner) }
  }
}
