import Testing

@testable import Augmentation

@Suite("Transforms")
struct TransformTests {
  static let shapes: [(Int, Int)] = [(1, 1), (1, 7), (9, 1), (2, 2), (3, 2), (17, 31), (64, 48), (200, 150)]

  @Test(
    "Every size and number of channels works, and the size that leaves is the planned one", arguments: shapes)
  func sizes(_ shape: (Int, Int)) throws {
    for channels in [1, 3, 4] {
      let image = noise(shape.0, shape.1, channels)
      let size = ImageSize(of: image)
      for transform in Self.any(for: size) {
        let recipe = AugmentationRecipe(steps: [transform])
        for key in keys(size.width > 100 ? 1 : 3) {
          let plan = try recipe.plan(for: size, key: key)
          let planned = plan.steps.reduce(size) { $1.plan.outputSize(for: $0) }
          let result = try plan.apply(to: image)
          #expect(ImageSize(of: result) == planned, "\(transform)")
          #expect(result.channels == channels, "\(transform)")
        }
      }
    }
  }

  /// A flat image stays flat, so that no warp, resize or crop reads beside the image or overshoots.
  @Test("Nothing but the colour of a flat image changes", arguments: shapes)
  func flat(_ shape: (Int, Int)) throws {
    for channels in [1, 3, 4] {
      let image = PixelBuffer(width: shape.0, height: shape.1, channels: channels, filledWith: 255)
      for transform in Self.any(for: ImageSize(of: image)) where !(transform is ColorJitter) {
        for key in keys(image.width > 100 ? 1 : 3) {
          let result = try AugmentationRecipe(steps: [transform]).apply(to: image, key: key)
          // Fill is 255 as well; the borders of warps are blended with it twice, as in torchvision.
          let lowest: UInt8 = transform is Rotate || transform is Zoom ? 190 : 255
          #expect(result.bytes.allSatisfy { $0 >= lowest }, "\(transform)")
        }
      }
    }
  }

  @Test("Without magnitude an image stays as it is")
  func identity() throws {
    let image = noise(31, 23, 3)
    let size = ImageSize(of: image)
    let recipe = AugmentationRecipe {
      RandomCrop(size)
      HorizontalFlip(probability: 0)
      Rotate(degrees: 0)
      Rotate(degrees: 360...360)
      Zoom(scale: 1...1)
      ColorJitter()
      RandomResizedCrop(size, area: 1...1, aspect: (31.0 / 23)...(31.0 / 23))
      Resize(size)
      ResizeShorterSide(23)
      CenterCrop(size)
    }
    #expect(try recipe.apply(to: image, key: keys(1)[0]) == image)
    #expect(try recipe.plan(for: size, key: keys(1)[0]).steps.map(\.path) == ["0/RandomCrop"])
  }

  @Test("A flip twice is no flip", arguments: [1, 3, 4], [1, 2, 7])
  func involution(_ channels: Int, _ width: Int) throws {
    let image = noise(width, 5, channels)
    let flip = AugmentationRecipe { HorizontalFlip(probability: 1) }
    let once = try flip.apply(to: image, key: keys(1)[0])
    #expect(once[0, 2, 0] == image[width - 1, 2, 0])
    #expect(try flip.apply(to: once, key: keys(1)[0]) == image)
  }

  @Test("Four quarter turns are none, and one turns counter-clockwise", arguments: [1, 3, 4])
  func quarterTurns(_ channels: Int) throws {
    let image = noise(8, 8, channels)
    let quarter = AugmentationRecipe { Rotate(degrees: 90...90) }
    var turned = try quarter.apply(to: image, key: keys(1)[0])
    #expect(turned[0, 0, 0] == image[7, 0, 0])
    for _ in 0..<3 { turned = try quarter.apply(to: turned, key: keys(1)[0]) }
    #expect(turned == image)
  }

  @Test("A crop copies the image and fills its padding")
  func cropWithPadding() throws {
    let image = noise(5, 4, 3)
    let recipe = AugmentationRecipe { RandomCrop(6, padding: 3, fill: 77) }
    for key in keys(10) {
      let crop = try #require(recipe.plan(for: ImageSize(of: image), key: key).steps.first?.plan as? Crop)
      let result = try recipe.apply(to: image, key: key)
      for y in 0..<6 {
        for x in 0..<6 {
          let (column, row) = (x + crop.x, y + crop.y)
          let inside = (0..<5).contains(column) && (0..<4).contains(row)
          #expect(result[x, y, 1] == (inside ? image[column, row, 1] : 77))
        }
      }
    }
  }

  @Test("A crop larger than the image is an error that says what to do")
  func cropTooLarge() throws {
    for (transform, padding) in [
      (RandomCrop(9, padding: 0) as any Transform, 0), (CenterCrop(9), 0), (RandomCrop(11, padding: 1), 1),
    ] {
      let error = #expect(throws: AugmentationError.self) {
        try AugmentationRecipe(steps: [transform]).apply(to: noise(10, 8, 1), key: keys(1)[0])
      }
      let crop: ImageSize = padding == 0 ? 9 : 11
      #expect(
        error
          == .cropTooLarge(
            transform: type(of: transform).name, crop: crop, image: ImageSize(width: 10, height: 8),
            padding: padding))
    }
  }

  @Test("Saturation and hue leave grey images, and colours leave alpha")
  func greyAndAlpha() throws {
    let colors = AugmentationRecipe { ColorJitter(brightness: 1...1, saturation: 1.5...2, hue: 0.2...0.3) }
    let grey = noise(9, 9, 1)
    #expect(try colors.apply(to: grey, key: keys(1)[0]) == grey)

    let all = AugmentationRecipe { ColorJitter(brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.4) }
    let image = noise(9, 9, 4)
    let result = try all.apply(to: image, key: keys(1)[0])
    #expect(result != image)
    for pixel in 0..<81 { #expect(result.bytes[pixel * 4 + 3] == image.bytes[pixel * 4 + 3]) }
  }

  @Test("A turn of the hue by thirds moves the channels round")
  func hueThirds() throws {
    let image = noise(40, 20, 3)
    let turned = try AugmentationRecipe { ColorJitter(brightness: 1...1, hue: (1.0 / 3)...(1.0 / 3)) }
      .apply(to: image, key: keys(1)[0])
    // A third of a turn makes red green, green blue and blue red.
    let moved = (0..<800).flatMap { pixel in [2, 0, 1].map { image.bytes[pixel * 3 + $0] } }
    #expect(zip(turned.bytes, moved).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  @Test("A mean of very many pixels does not overflow", arguments: [1, 3])
  func extremeReduction(_ channels: Int) throws {
    let recipe = AugmentationRecipe { Resize(1) }
    for size in [ImageSize(width: 60_001, height: 1), ImageSize(width: 1, height: 60_001)] {
      let white = PixelBuffer(width: size.width, height: size.height, channels: channels, filledWith: 255)
      #expect(try recipe.apply(to: white, key: keys(1)[0]).bytes.allSatisfy { $0 == 255 })
    }
  }

  @Test("The shorter side gets its length and the aspect stays")
  func shorterSide() throws {
    let recipe = AugmentationRecipe { ResizeShorterSide(20) }
    #expect(
      try ImageSize(of: recipe.apply(to: noise(61, 40, 1), key: keys(1)[0]))
        == ImageSize(width: 30, height: 20))
    #expect(
      try ImageSize(of: recipe.apply(to: noise(10, 25, 3), key: keys(1)[0]))
        == ImageSize(width: 20, height: 50))
    #expect(throws: AugmentationError.self) {
      try recipe.plan(for: ImageSize(width: 1, height: 60_000), key: keys(1)[0])
    }
  }

  @Test("Plans that no transform draws are refused")
  func hostilePlans() throws {
    let plans: [any TransformPlan] = [
      Crop(x: .max, y: 0, size: 4, fill: 0), Crop(x: 0, y: 0, size: 0, fill: 0),
      BoxResize(x: 5, y: 0, box: 4, size: 4), BoxResize(x: 0, y: .max, box: 4, size: 4),
      BoxResize(x: 0, y: 0, box: 4, size: 0), Rotate.Plan(degrees: .nan, sampling: Sampling()),
      Zoom.Plan(scale: 0, sampling: Sampling()),
      ColorJitter.Plan(adjustments: [.init(kind: .hue, factor: 3)]),
    ]
    for plan in plans {
      var image = noise(8, 8, 3)
      #expect(throws: AugmentationError.self, "\(plan)") { try plan.apply(to: &image) }
    }
  }

  private static func any(for size: ImageSize) -> [any Transform] {
    [
      RandomCrop(size, padding: 3, fill: 255), RandomCrop(1), HorizontalFlip(probability: 1),
      Rotate(degrees: 180, fill: 255), Zoom(scale: 0.05...4, fill: 255),
      ColorJitter(brightness: 0.8, contrast: 0.8, saturation: 0.8, hue: 0.5), RandomResizedCrop(23),
      RandomResizedCrop(ImageSize(width: 3, height: 50)), Resize(ImageSize(width: 13, height: 40)), Resize(1),
      CenterCrop(ImageSize(width: (size.width + 1) / 2, height: (size.height + 1) / 2)),
    ]
  }
}
