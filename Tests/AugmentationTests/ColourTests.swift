import Testing

@testable import Augmentation

@Suite("Colour transforms")
struct ColourTests {
  @Test(
    "Every size and number of channels works; size, and alpha, stay",
    arguments: [(1, 1), (1, 7), (9, 1), (2, 2), (3, 3), (17, 31), (64, 48)])
  func sizes(_ shape: (Int, Int)) throws {
    for channels in [1, 3, 4] {
      let image = noise(shape.0, shape.1, channels)
      for step in colours.steps {
        for key in keys(2) {
          let result = try AugmentationRecipe(steps: [step]).apply(to: image, key: key)
          #expect(ImageSize(of: result) == ImageSize(of: image), "\(step)")
          #expect(result.channels == channels)
          if channels == 4 { #expect(alpha(result) == alpha(image), "\(step)") }
        }
      }
    }
  }

  @Test("A large image works")
  func large() throws {
    let image = PixelBuffer(width: 2000, height: 1500, channels: 1, filledWith: 77)
    for transform in [Sharpen(), AutoContrast(probability: 1)] as [any Transform] {
      let result = try AugmentationRecipe(steps: [transform]).apply(to: image, key: keys(1)[0])
      #expect(result == image, "\(transform)")
    }
  }

  @Test("Without magnitude an image stays as it is")
  func identity() throws {
    let image = noise(23, 17, 3)
    let recipe = AugmentationRecipe {
      Brightness(factor: 1...1)
      Contrast(factor: 1...1)
      Gamma(exponent: 1...1)
      Sharpen(factor: 1...1)
      Posterize(bits: 8...8, probability: 1)
      HueSaturationValue(hueDegrees: 0...0, saturation: 0...0, value: 0...0)
    }
    #expect(try recipe.plan(for: ImageSize(of: image), key: keys(1)[0]).steps.isEmpty)
    var same = image
    try RGBShift.Plan(red: 0, green: 0, blue: 0).apply(to: &same)
    try Solarize.Plan(threshold: 256).apply(to: &same)
    try Gamma.Plan(exponent: 1).apply(to: &same)
    #expect(same == image)
    try HueSaturationValue.Plan(hueDegrees: 0, saturation: 0, value: 0).apply(to: &same)
    #expect(same == image)
  }

  @Test("An inversion twice is none", arguments: [1, 3, 4])
  func involution(_ channels: Int) throws {
    let image = noise(9, 5, channels)
    var result = image
    try Invert.Plan().apply(to: &result)
    #expect(result.bytes[0] == 255 - image.bytes[0])
    try Invert.Plan().apply(to: &result)
    #expect(result == image)
  }

  @Test("Grey images have no colours to change", arguments: colourOnly)
  func grey(_ transform: any Transform) throws {
    let image = noise(9, 9, 1)
    for key in keys(4) {
      #expect(try AugmentationRecipe(steps: [transform]).apply(to: image, key: key) == image)
    }
  }

  static let colourOnly: [any Transform] = [
    Grayscale(probability: 1), Sepia(probability: 1), RGBShift(), HueSaturationValue(), PlanckianJitter(),
    ChannelShuffle(probability: 1), ChannelDropout(probability: 1),
  ]

  @Test("A warm light is red, a cold one blue, daylight neither")
  func planckian() throws {
    func light(_ kelvin: Double) throws -> [UInt8] {
      var image = PixelBuffer(width: 1, height: 1, channels: 3, filledWith: 128)
      try PlanckianJitter.Plan(kelvin: kelvin).apply(to: &image)
      return image.bytes
    }
    let (warm, day, cold) = (try light(3000), try light(6600), try light(15000))
    #expect(warm[0] > 150 && warm[1] == 128 && warm[2] < 100)
    #expect(cold[0] < 118 && cold[1] == 128 && cold[2] > 145)
    #expect(day.allSatisfy { abs(Int($0) - 128) <= 4 })
    let reds = try stride(from: 1700.0, through: 25000, by: 100).map { try light($0)[0] }
    #expect(reds == reds.sorted(by: >))
  }

  @Test("Plans that no transform draws are refused")
  func hostilePlans() throws {
    let plans: [any TransformPlan] = [
      Brightness.Plan(factor: -1), Contrast.Plan(factor: .nan), Gamma.Plan(exponent: .infinity),
      Posterize.Plan(bits: 9), Posterize.Plan(bits: -1), Solarize.Plan(threshold: -1),
      PlanckianJitter.Plan(kelvin: 0), Sharpen.Plan(factor: .nan),
      RGBShift.Plan(red: 0, green: .nan, blue: 0), ChannelShuffle.Plan(order: [0, 0, 1]),
      ChannelShuffle.Plan(order: []), ChannelDropout.Plan(channels: [3], fill: 0),
      CLAHE.Plan(clipLimit: 2, tiles: 0), CLAHE.Plan(clipLimit: .nan, tiles: 8),
      HueSaturationValue.Plan(hueDegrees: 181, saturation: 0, value: 0),
    ]
    for plan in plans {
      var image = noise(8, 8, 3)
      #expect(throws: AugmentationError.self, "\(plan)") { try plan.apply(to: &image) }
    }
  }

  private func alpha(_ image: PixelBuffer) -> [UInt8] {
    stride(from: 3, to: image.bytes.count, by: 4).map { image.bytes[$0] }
  }
}
