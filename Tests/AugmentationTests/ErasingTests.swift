import Foundation
import Testing

@testable import Augmentation

@Suite("Erasing")
struct ErasingTests {
  static let all: [any Transform] = [
    RandomErasing(probability: 1), RandomErasing(fill: .noise, probability: 1),
    CoarseDropout(holes: 1...4, fill: 9, probability: 1), GridMask(probability: 1),
    PixelDropout(fraction: 0.3, probability: 1),
  ]

  @Test(
    "Every size and number of channels works; alpha stays, and what is not erased too",
    arguments: [(1, 1), (1, 7), (2, 2), (3, 9), (31, 17)], 0..<5)
  func shapes(_ shape: (Int, Int), _ index: Int) throws {
    for channels in [1, 3, 4] {
      let image = noise(shape.0, shape.1, channels)
      for key in keys(3) {
        let result = try AugmentationRecipe(steps: [Self.all[index]]).apply(to: image, key: key)
        #expect(ImageSize(of: result) == ImageSize(of: image) && result.channels == channels)
        if channels == 4 {
          for place in stride(from: 3, to: image.bytes.count, by: 4) {
            #expect(result.bytes[place] == image.bytes[place])
          }
        }
      }
    }
  }

  @Test("A box is filled, and nothing beside it")
  func box() throws {
    let image = noise(9, 7, 3)
    for fill in [ErasingFill.value(77), .noise] {
      var result = image
      try Erasure(boxes: [.init(x: 2, y: 1, width: 4, height: 5)], fill: fill, seed: 5).apply(to: &result)
      for y in 0..<7 {
        for x in 0..<9 {
          let inside = (2..<6).contains(x) && (1..<6).contains(y)
          if !inside { #expect(result[x, y, 1] == image[x, y, 1]) }
          if inside, fill == .value(77) { #expect(result[x, y, 1] == 77) }
        }
      }
      #expect(result != image)
    }
  }

  @Test("Noise is uniform, and the same for the same seed")
  func noiseFill() throws {
    var image = PixelBuffer(width: 100, height: 80, channels: 3)
    let plan = Erasure(boxes: [.init(x: 0, y: 0, width: 100, height: 80)], fill: .noise, seed: 3)
    try plan.apply(to: &image)
    var counts = [Int](repeating: 0, count: 16)
    for byte in image.bytes { counts[Int(byte) / 16] += 1 }
    // 15 degrees of freedom, 99.9%.
    #expect(chiSquare(counts, shares: [Double](repeating: 1.0 / 16, count: 16)) < 37.7)
    var again = PixelBuffer(width: 100, height: 80, channels: 3)
    try plan.apply(to: &again)
    #expect(again == image)
  }

  @Test("A grid's holes have their places")
  func grid() throws {
    var image = PixelBuffer(width: 20, height: 13, channels: 1, filledWith: 200)
    try GridMask.Plan(x: 2, y: 0, cell: 5, hole: 3, fill: 1).apply(to: &image)
    for y in 0..<13 {
      for x in 0..<20 { #expect(image[x, y, 0] == ((x + 2) % 5 < 3 && y % 5 < 3 ? 1 : 200)) }
    }
  }

  // Kolmogorov and Smirnov's, chi-square's and the normal limit with 99.9% confidence; seeds are fixed.

  @Test("Areas are uniform, aspects log-uniform, and all places are equally likely")
  func randomErasing() throws {
    let recipe = AugmentationRecipe { RandomErasing(area: 0.05...0.2, aspect: 0.5...2, probability: 1) }
    var samples: [[Double]] = [[], [], [], []]
    for key in keys(3000) {
      let plan = try #require(recipe.plan(for: 1000, key: key).steps.first?.plan as? Erasure)
      let box = plan.boxes[0]
      samples[0].append((Double(box.width * box.height) / 1e6 - 0.05) / 0.15)
      samples[1].append((log(Double(box.height) / Double(box.width)) / log(2) + 1) / 2)
      samples[2].append((Double(box.x) + 0.5) / Double(1001 - box.width))
      samples[3].append((Double(box.y) + 0.5) / Double(1001 - box.height))
    }
    for values in samples { #expect(largestGap(values) < 1.95 / 3000.0.squareRoot()) }
  }

  @Test("An image that no rectangle fits stays")
  func noRoom() throws {
    let recipe = AugmentationRecipe { RandomErasing(area: 1...1, aspect: 1...1, probability: 1) }
    #expect(try recipe.plan(for: 20, key: keys(1)[0]).steps.isEmpty)
  }

  @Test("The numbers, sides and places of holes are uniform")
  func coarseDropout() throws {
    let recipe = AugmentationRecipe {
      CoarseDropout(holes: 1...3, width: 0.1...0.3, height: 0.2...0.5, probability: 1)
    }
    var numbers = [0, 0, 0]
    var samples: [[Double]] = [[], [], [], []]
    for key in keys(3000) {
      let boxes = try #require(recipe.plan(for: 1000, key: key).steps.first?.plan as? Erasure).boxes
      numbers[boxes.count - 1] += 1
      samples[0].append((Double(boxes[0].width) / 1000 - 0.1) / 0.2)
      samples[1].append((Double(boxes[0].height) / 1000 - 0.2) / 0.3)
      samples[2].append((Double(boxes[0].x) + 0.5) / Double(1001 - boxes[0].width))
      samples[3].append((Double(boxes[0].y) + 0.5) / Double(1001 - boxes[0].height))
    }
    #expect(chiSquare(numbers, shares: [1.0 / 3, 1.0 / 3, 1.0 / 3]) < 13.82)
    for values in samples { #expect(largestGap(values) < 1.95 / 3000.0.squareRoot()) }
  }

  @Test("A grid has the numbers of cells and the offsets that it should")
  func gridDraws() throws {
    let recipe = AugmentationRecipe { GridMask(cells: 2...5, probability: 1) }
    var cells = [0, 0, 0, 0]
    var offsets: [Double] = []
    for key in keys(3000) {
      let plan = try #require(recipe.plan(for: 1200, key: key).steps.first?.plan as? GridMask.Plan)
      cells[1200 / plan.cell - 2] += 1
      #expect(plan.hole == plan.cell / 2)
      offsets += [(Double(plan.x) + 0.5) / Double(plan.cell), (Double(plan.y) + 0.5) / Double(plan.cell)]
    }
    #expect(chiSquare(cells, shares: [0.25, 0.25, 0.25, 0.25]) < 16.27)
    #expect(largestGap(offsets) < 1.95 / 6000.0.squareRoot())
  }

  @Test("As many pixels are dropped as asked for", arguments: [0.01, 0.3, 1])
  func pixelDropout(_ fraction: Double) throws {
    let recipe = AugmentationRecipe { PixelDropout(fraction: fraction, probability: 1) }
    let image = PixelBuffer(width: 200, height: 100, channels: 1, filledWith: 1)
    let dropped = try recipe.apply(to: image, key: keys(1)[0]).bytes.count { $0 == 0 }
    let deviation = (20_000 * fraction * (1 - fraction)).squareRoot()
    #expect(abs(Double(dropped) - 20_000 * fraction) <= 3.29 * deviation)
  }

  @Test("Options are read and wrong ones named")
  func options() throws {
    func read(_ json: String) throws -> AugmentationRecipe {
      try JSONDecoder().decode(AugmentationRecipe.self, from: Data(json.utf8))
    }
    #expect(
      try read(
        #"["random_erasing", {"random_erasing": {"fill": "noise"}}, {"coarse_dropout": {"holes": 1}}]"#)
        == AugmentationRecipe {
          RandomErasing()
          RandomErasing(fill: .noise)
          CoarseDropout(holes: 1...1)
        })
    for (json, message) in [
      (
        #"[{"random_erasing": {"fill": "random"}}]"#,
        "random_erasing: fill must be a whole number of 0 to 255, or noise, got another kind of value"
      ),
      (#"[{"coarse_dropout": {"holes": 0}}]"#, "coarse_dropout: holes must be within 1 to 1000, got 0...0"),
      (#"[{"grid_mask": {"ratio": 1}}]"#, "grid_mask: ratio must be above 0 and below 1, got 1.0"),
      (
        #"[{"pixel_dropout": {"fraction": 2}}]"#,
        "pixel_dropout: fraction must be between 0 and 1, got 2.0"
      ),
    ] {
      let error = #expect(throws: AugmentationError.self) { try read(json) }
      #expect(error?.description == "recipe step 0: " + message)
    }
  }

  @Test("Plans that no transform draws are refused")
  func hostilePlans() throws {
    let plans: [any TransformPlan] = [
      Erasure(boxes: [.init(x: 4, y: 0, width: 5, height: 1)], fill: 0, seed: 0),
      Erasure(boxes: [.init(x: 0, y: .max, width: 1, height: 1)], fill: 0, seed: 0),
      Erasure(boxes: [.init(x: 0, y: 0, width: 1, height: -1)], fill: 0, seed: 0),
      GridMask.Plan(x: 0, y: 0, cell: 0, hole: 1, fill: 0),
      GridMask.Plan(x: -3, y: 0, cell: 4, hole: 1, fill: 0),
      PixelDropout.Plan(fraction: .nan, seed: 0, fill: 0),
    ]
    for plan in plans {
      var image = noise(8, 8, 3)
      #expect(throws: AugmentationError.self, "\(plan)") { try plan.apply(to: &image) }
    }
  }
}
