import Foundation
import TestSupport
import Testing
import Yams

@testable import Augmentation

/// A recipe of every geometric, erasing and combining transform that the other recipes of the tests lack; for images
/// of at least 40x30.
let geometry = AugmentationRecipe {
  Pad(Margins(left: 2, top: 1, right: 0, bottom: 3), border: .reflect)
  VerticalFlip(probability: 1)
  Transpose(probability: 1)
  Rotate90()
  D4()
  Affine(
    degrees: -20...20, translateX: -0.1...0.1, translateY: -0.2...0.1, scale: 0.8...1.2, shearX: -10...10,
    shearY: 0...5, border: .wrap)
  Perspective(distortion: 0.4, interpolation: .nearest, fill: 7, probability: 1)
  Elastic(alpha: 30, sigma: 3, border: .edge)
  GridDistortion(probability: 1)
  OpticalDistortion(interpolation: .bicubic)
  ThinPlateSpline(points: 3)
  GridShuffle(rows: 2, columns: 3)
  CropAndPad(border: .reflect)
  RandomErasing(fill: .noise, probability: 1)
  CoarseDropout(probability: 1)
  GridMask(probability: 1)
  PixelDropout(probability: 1)
  ResizeLongerSide(50)
  LetterBox(ImageSize(width: 48, height: 52), fill: 3)
  OneOf(weights: [1, 2]) {
    FiveCrop(40)
    Sequential { RandomCrop(60, padding: 1, padIfNeeded: true, border: .edge) }
  }
  SomeOf(1...2, inRandomOrder: true) {
    Rotate(degrees: 30, interpolation: .bicubic)
    Maybe { HorizontalFlip(probability: 1) }
    RandomOrder {
      Zoom()
      VerticalFlip(probability: 1)
    }
  }
}

@Suite("Geometric transforms")
struct GeometryTests {
  @Test("Plans are as they were committed")
  func golden() throws {
    let stored = try JSONDecoder().decode(
      [RecipePlan].self, from: Data(Fixtures.bytes("golden-plans-geometry.json")))
    let plans = try keys(3).map { try geometry.plan(for: ImageSize(width: 45, height: 33), key: $0) }
    #expect(plans == stored)
  }

  @Test("The recipe of all survives JSON and YAML, and its plans JSON and give the same images")
  func roundTrip() throws {
    let json = try JSONDecoder().decode(AugmentationRecipe.self, from: JSONEncoder().encode(geometry))
    #expect(json == geometry)
    let yaml = try YAMLDecoder().decode(AugmentationRecipe.self, from: YAMLEncoder().encode(geometry))
    #expect(yaml == geometry)
    let image = noise(45, 33, 3)
    for key in keys(4) {
      let plan = try geometry.plan(for: ImageSize(of: image), key: key)
      let stored = try JSONDecoder().decode(RecipePlan.self, from: JSONEncoder().encode(plan))
      #expect(stored == plan)
      #expect(try stored.apply(to: image) == geometry.apply(to: image, key: key))
    }
  }

  private static let borders = Border.allCases
  private static let warps: [any Transform] = Interpolation.allCases.flatMap { interpolation in
    borders.flatMap { border -> [any Transform] in
      [
        Rotate(degrees: 180, interpolation: interpolation, border: border, fill: 255),
        Affine(
          degrees: -90...90, translateX: -1...1, scale: 0.1...3, shearX: -60...60,
          interpolation: interpolation, border: border, fill: 255),
      ]
    }
  }

  private static let others: [any Transform] = [
    Perspective(distortion: 0.95, fill: 255, probability: 1),
    Elastic(alpha: 400, border: .reflect, fill: 255),
    GridDistortion(distortion: 0.9, border: .edge, probability: 1),
    OpticalDistortion(distortion: -1...1, border: .edge),
    ThinPlateSpline(points: 3, distortion: 0.5, border: .reflect), Pad(3, border: .wrap),
    Pad(2, border: .edge), CropAndPad(fraction: -0.49...1, border: .reflect), GridShuffle(), D4(), Rotate90(),
    LetterBox(ImageSize(width: 9, height: 5), fill: 255), ResizeLongerSide(12),
    RandomCrop(11, padIfNeeded: true, border: .reflect), VerticalFlip(probability: 1), FiveCrop(1),
  ]

  /// A flat image stays flat, so that nothing reads beside the image or overshoots.
  @Test(
    "Every size and number of channels works, sizes are as planned, and a flat image stays flat",
    arguments: [(1, 1), (1, 6), (7, 1), (2, 2), (3, 5), (23, 14)])
  func shapes(_ shape: (Int, Int)) throws {
    for channels in [1, 3, 4] {
      let image = PixelBuffer(width: shape.0, height: shape.1, channels: channels, filledWith: 255)
      let size = ImageSize(of: image)
      for transform in Self.warps + Self.others {
        for key in keys(2) {
          let plan = try AugmentationRecipe(steps: [transform]).plan(for: size, key: key)
          let result = try plan.apply(to: image)
          #expect(ImageSize(of: result) == plan.steps.reduce(size) { $1.plan.outputSize(for: $0) })
          #expect(result.channels == channels)
          // A constant border is blended twice with bilinear weights, as in torchvision.
          #expect(result.bytes.allSatisfy { $0 >= 190 }, "\(transform)")
          let isBlended = "\(transform)".contains("bilinear") && "\(transform)".contains("constant")
          if !isBlended { #expect(result.bytes.allSatisfy { $0 == 255 }, "\(transform)") }
        }
      }
    }
  }

  @Test("Without magnitude an image stays as it is")
  func identity() throws {
    let recipe = AugmentationRecipe {
      Affine()
      Affine(degrees: 360...360)
      Perspective(distortion: 0, probability: 1)
      Elastic(alpha: 0)
      GridDistortion(distortion: 0, probability: 1)
      OpticalDistortion(distortion: 0...0)
      ThinPlateSpline(distortion: 0)
      CropAndPad(fraction: 0...0)
      GridShuffle(rows: 1, columns: 1)
      Pad(0)
      ResizeLongerSide(31)
      LetterBox(ImageSize(width: 31, height: 23))
      FiveCrop(ImageSize(width: 31, height: 23))
      VerticalFlip(probability: 0)
      Transpose(probability: 0)
    }
    #expect(try recipe.plan(for: ImageSize(width: 31, height: 23), key: keys(1)[0]).steps.isEmpty)
    // And where the warp is made, it changes nothing.
    let image = noise(31, 23, 3)
    let size = ImageSize(of: image)
    let line = (0...5).map { Double($0) / 5 }
    let still: [any WarpPlan] = [
      Perspective.Plan(corners: Perspective.Plan.corners(of: size), sampling: Sampling()),
      GridDistortion.Plan(columns: line, rows: line, sampling: Sampling(border: .edge)),
      OpticalDistortion.Plan(distortion: 0, sampling: Sampling(interpolation: .bicubic, border: .edge)),
      Elastic.Plan(alpha: 0, sigma: 2, seed: 1, sampling: Sampling()),
      ThinPlateSpline.Plan(
        moves: [[Double]](repeating: [0, 0], count: 9), sampling: Sampling(border: .wrap)),
    ]
    for plan in still {
      var result = image
      try plan.apply(to: &result)
      let difference = try #require(Difference(result, image))
      #expect(difference.largest <= 1, "\(plan)")
    }
  }

  @Test("Symmetries undo each other", arguments: [1, 3, 4])
  func symmetries(_ channels: Int) throws {
    let image = noise(37, 35, channels)
    func applied(_ symmetries: SquareSymmetry...) throws -> PixelBuffer {
      var result = image
      for symmetry in symmetries { try Reorientation(symmetry).apply(to: &result) }
      return result
    }
    for symmetry in SquareSymmetry.allCases where ![.quarterTurn, .threeQuarterTurn].contains(symmetry) {
      #expect(try applied(symmetry, symmetry) == image, "\(symmetry)")
    }
    #expect(try applied(.quarterTurn, .threeQuarterTurn) == image)
    #expect(try applied(.quarterTurn, .quarterTurn) == applied(.halfTurn))
    #expect(try applied(.transpose, .verticalFlip) == applied(.quarterTurn))
  }

  @Test("A warp before a displacement is done with it")
  func fusedField() throws {
    let key = SampleKey(seed: 1, sample: 1)
    let image = noise(30, 26, 3)
    let zoom = Zoom.Plan(scale: 1.5, sampling: Sampling(border: .reflect))
    let lens = OpticalDistortion.Plan(distortion: 0.4, sampling: Sampling(border: .reflect))
    let size = ImageSize(of: image)
    let fused = try #require(zoom.warp(for: size).followed(by: lens.warp(for: size)))
    #expect(try lens.warp(for: size).followed(by: zoom.warp(for: size)) == nil)
    var result = image
    fused.apply(to: &result)
    let recipe = AugmentationRecipe {
      Zoom(scale: 1.5...1.5, border: .reflect)
      OpticalDistortion(distortion: 0.4...0.4, border: .reflect)
    }
    #expect(try recipe.apply(to: image, key: key) == result)
    // The middle comes from the middle.
    let flat = PixelBuffer(width: 30, height: 26, channels: 1, filledWith: 60)
    #expect(try recipe.apply(to: flat, key: key) == flat)
  }

  @Test("Large images work")
  func large() throws {
    let image = PixelBuffer(width: 2000, height: 1500, channels: 1, filledWith: 77)
    let recipe = AugmentationRecipe {
      Transpose(probability: 1)
      Rotate(degrees: 30...30, interpolation: .nearest, border: .reflect)
    }
    let result = try recipe.apply(to: image, key: keys(1)[0])
    #expect(ImageSize(of: result) == ImageSize(width: 1500, height: 2000))
    #expect(result.bytes.allSatisfy { $0 == 77 })
  }

  @Test("Tiles keep their pixels, and only those of one size change places")
  func gridShuffle() throws {
    let image = noise(20, 11, 3)
    for key in keys(20) {
      let recipe = AugmentationRecipe { GridShuffle(rows: 2, columns: 3) }
      let result = try recipe.apply(to: image, key: key)
      #expect(result.bytes.sorted() == image.bytes.sorted())
    }
  }

  @Test("Crops larger than the image are errors, or padded where that is asked for")
  func tooLarge() throws {
    let image = noise(5, 8, 3)
    #expect(
      throws: AugmentationError.cropTooLarge(
        transform: "five_crop", crop: 6, image: ImageSize(width: 5, height: 8), padding: 0)
    ) { try AugmentationRecipe { FiveCrop(6) }.apply(to: image, key: keys(1)[0]) }
    for key in keys(10) {
      let crop = AugmentationRecipe { RandomCrop(12, padIfNeeded: true, fill: 9) }
      let result = try crop.apply(to: image, key: key)
      #expect(ImageSize(of: result) == 12)
      // The whole image is somewhere in it.
      #expect(result.bytes.count { $0 != 9 } >= image.bytes.count { $0 != 9 })
    }
  }

  @Test("Plans that no transform draws are refused")
  func hostilePlans() throws {
    let sampling = Sampling()
    let plans: [any TransformPlan] = [
      Affine.Plan(
        degrees: 0, columns: .infinity, rows: 0, scale: 1, shearX: 0, shearY: 0, sampling: sampling),
      Affine.Plan(degrees: 0, columns: 0, rows: 0, scale: 0, shearX: 0, shearY: 0, sampling: sampling),
      Perspective.Plan(corners: [[0, 0], [1, 1], [2, 2], [3, 3]], sampling: sampling),
      Perspective.Plan(corners: [[0, 0], [.max, 1], [2, 2], [3, 3]], sampling: sampling),
      Perspective.Plan(corners: [[0], [1], [2]], sampling: sampling),
      Elastic.Plan(alpha: .nan, sigma: 1, seed: 0, sampling: sampling),
      Elastic.Plan(alpha: 1, sigma: 1e9, seed: 0, sampling: sampling),
      GridDistortion.Plan(columns: [0], rows: [0, 1], sampling: sampling),
      GridDistortion.Plan(columns: [0, .nan], rows: [0, 1], sampling: sampling),
      OpticalDistortion.Plan(distortion: 5, sampling: sampling),
      ThinPlateSpline.Plan(moves: [[0, 0]], sampling: sampling),
      ThinPlateSpline.Plan(moves: [[0], [0], [0], [0]], sampling: sampling),
      GridShuffle.Plan(rows: 0, columns: 1, order: []), GridShuffle.Plan(rows: 1, columns: 2, order: [0, 7]),
      GridShuffle.Plan(rows: 3, columns: 1, order: [2, 1, 0]),
      CropAndResize(crop: Crop(x: 0, y: 0, size: 4), size: 0),
      Crop(x: .min, y: 0, size: 4, border: .wrap),
    ]
    for plan in plans {
      var image = noise(8, 8, 3)
      #expect(throws: AugmentationError.self, "\(plan)") { try plan.apply(to: &image) }
    }
  }
}
