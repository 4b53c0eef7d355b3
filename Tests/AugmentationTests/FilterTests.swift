import CPixels
import Foundation
import TestSupport
import Testing

@testable import Augmentation

@Suite("Filters and noise")
struct FilterTests {
  @Test(
    "Every size and number of channels works; size, and alpha, stay",
    arguments: [(1, 1), (1, 7), (9, 1), (2, 2), (17, 31), (64, 40)])
  func sizes(_ shape: (Int, Int)) throws {
    for channels in [1, 3, 4] {
      let image = noise(shape.0, shape.1, channels)
      for step in filters.steps {
        let result = try AugmentationRecipe(steps: [step]).apply(to: image, key: keys(1)[0])
        #expect(ImageSize(of: result) == ImageSize(of: image), "\(step)")
        #expect(result.channels == channels)
        if channels == 4, !(step is Downscale) {
          for index in stride(from: 3, to: image.bytes.count, by: 4) {
            #expect(result.bytes[index] == image.bytes[index], "\(step)")
          }
        }
      }
    }
  }

  @Test("A flat image stays flat under every filter", arguments: [0, 1, 99, 255])
  func flat(_ value: UInt8) throws {
    let image = PixelBuffer(width: 23, height: 11, channels: 3, filledWith: value)
    for step in filters.steps where !["noise", "salt"].contains(where: { type(of: step).name.contains($0) }) {
      for key in keys(3) {
        let result = try AugmentationRecipe(steps: [step]).apply(to: image, key: key)
        let apart = result.bytes.map { abs(Int($0) - Int(value)) }.max() ?? 0
        #expect(apart <= (step is JPEGCompression ? 8 : 0), "\(step)")
      }
    }
  }

  @Test("Every instruction set gives the same values", arguments: [1, 3, 4])
  func levels(_ channels: Int) {
    let image = noise(41, 13, channels)
    func result(
      _ level: cp_level, radius: Int,
      _ body: (cp_level, UnsafePointer<cp_filter_task>, UnsafeMutableRawPointer) -> Void
    ) -> [UInt8] {
      var image = image
      image.filter(radius: radius) { task, scratch in body(level, task, scratch) }
      return image.bytes
    }
    let best = cp_best_level()
    let kernel = GaussianKernel(sigma: 1.7)
    let gaussian = [CP_PORTABLE, best].map {
      result($0, radius: kernel.radius) { level, task, scratch in
        cp_separable(level, task, Int32(kernel.radius), kernel.weights, kernel.fineWeights, scratch)
      }
    }
    #expect(gaussian[0] == gaussian[1])
    for radius in 1...3 {
      let median = [CP_PORTABLE, best].map {
        result($0, radius: radius) { cp_median($0, $1, Int32(radius), $2) }
      }
      #expect(median[0] == median[1])
      let box = [CP_PORTABLE, best].map { result($0, radius: radius) { cp_box($0, $1, Int32(radius), $2) } }
      #expect(box[0] == box[1])
    }
  }

  @Test("Noise is what the generator draws, value by value")
  func noiseDraws() throws {
    let image = PixelBuffer(width: 21, height: 4, channels: 3, filledWith: 120)
    var result = image
    try GaussianNoise.Plan(sigma: 0.1, noise: 77).apply(to: &result)
    var stream = RandomStream(SampleKey(seed: 77, sample: 0), path: "noise")
    for start in stride(from: 0, to: image.bytes.count, by: 2) {
      let word = stream.next()
      for (index, bits) in [(start, word >> 22), (start + 1, word >> 6 & 1023)] {
        let value = 120 + 25.5 * NormalQuantiles.all[Int(bits)]
        #expect(result.bytes[index] == UInt8(min(max(value.rounded(), 0), 255)))
      }
    }
  }

  // The bounds are those of 99.9% confidence; keys are fixed.

  @Test("Gaussian noise is normal, with the deviation asked for")
  func gaussian() throws {
    var image = PixelBuffer(width: 100, height: 100, channels: 1, filledWith: 128)
    try GaussianNoise.Plan(sigma: 0.08, noise: 5).apply(to: &image)
    let deviation = 0.08 * 255
    let values = image.bytes.map { (Double($0) - 128) / deviation }
    // A value is rounded: it is spread over its level before it is compared.
    var stream = RandomStream(SampleKey(seed: 1, sample: 1), path: "test/spread")
    let shares = values.map { 0.5 * erfc(-($0 + (stream.unit() - 0.5) / deviation) / 2.0.squareRoot()) }
    #expect(largestGap(shares) < 1.95 / 10_000.0.squareRoot())
  }

  @Test("Shot noise keeps the mean, and its variance is the mean's", arguments: [UInt8(10), 100, 230])
  func shot(_ value: UInt8) throws {
    var image = PixelBuffer(width: 120, height: 100, channels: 1, filledWith: value)
    // 255 photons, so that a value is its number of photons.
    try ShotNoise.Plan(photons: 255, noise: 9).apply(to: &image)
    let values = image.bytes.map { Double($0) }
    let mean = values.reduce(0, +) / 12_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 12_000
    let expected = Double(value)
    #expect(abs(mean - expected) < 3.3 * (expected / 12_000).squareRoot())
    // Values above 255 are cut.
    if value < 200 { #expect(abs(variance / expected - 1) < 0.06) }
  }

  @Test("Salt and pepper hit the share asked for, half of them white")
  func saltAndPepper() throws {
    var image = PixelBuffer(width: 200, height: 100, channels: 3, filledWith: 100)
    try SaltAndPepper.Plan(amount: 0.05, noise: 4).apply(to: &image)
    var counts = [0, 0, 0]
    for pixel in 0..<20_000 {
      let values = Set(image.bytes[pixel * 3..<pixel * 3 + 3])
      #expect(values.count == 1)
      counts[values == [0] ? 0 : values == [255] ? 1 : 2] += 1
    }
    #expect(chiSquare(counts, shares: [0.025, 0.025, 0.95]) < 13.82)
    var all = noise(9, 9, 3)
    try SaltAndPepper.Plan(amount: 1, noise: 4).apply(to: &all)
    #expect(all.bytes.allSatisfy { $0 == 0 || $0 == 255 })
    let before = noise(9, 9, 3)
    var none = before
    try SaltAndPepper.Plan(amount: 0, noise: 4).apply(to: &none)
    #expect(none == before)
  }

  @Test("Plans are as they were committed, and the recipe survives JSON")
  func golden() throws {
    let stored = try JSONDecoder().decode(
      [RecipePlan].self, from: Data(Fixtures.bytes("golden-plans-filters.json")))
    let plans = try keys(3).map { try filters.plan(for: ImageSize(width: 45, height: 33), key: $0) }
    #expect(plans == stored)
    #expect(plans[0].steps.count == filters.steps.count)
    let json = try JSONDecoder().decode(AugmentationRecipe.self, from: JSONEncoder().encode(filters))
    #expect(json == filters)
  }

  @Test("Parameters are uniform in their ranges", arguments: uniforms)
  func uniform(_ drawn: ColourDrawTests.Uniform) throws {
    try ColourDrawTests().uniform(drawn)
  }

  static let uniforms: [ColourDrawTests.Uniform] = [
    .init(transform: GaussianBlur(sigma: 0.5...3), range: 0.5...3) { ($0 as? GaussianBlur.Plan)?.sigma },
    .init(transform: Defocus(radius: 1...9), range: 1...9) { ($0 as? Defocus.Plan)?.radius },
    .init(transform: MotionBlur(length: 4...9), range: 4...9) { ($0 as? MotionBlur.Plan)?.length },
    .init(transform: MotionBlur(degrees: -20...70), range: -20...70) { ($0 as? MotionBlur.Plan)?.degrees },
    .init(transform: GaussianNoise(), range: 0.02...0.1) { ($0 as? GaussianNoise.Plan)?.sigma },
    .init(transform: ShotNoise(), range: 20...200) { ($0 as? ShotNoise.Plan)?.photons },
    .init(transform: SaltAndPepper(), range: 0.01...0.06) { ($0 as? SaltAndPepper.Plan)?.amount },
    .init(transform: Downscale(), range: 0.25...0.5) { ($0 as? Downscale.Plan)?.scale },
  ]

  @Test("Sizes and qualities are equally likely")
  func choices() throws {
    let recipe = AugmentationRecipe {
      BoxBlur(radius: 2...5)
      MedianBlur()
      JPEGCompression(quality: 31...40)
    }
    var (boxes, medians, qualities) = ([Int: Int](), [Int: Int](), [Int: Int]())
    for key in keys(3000, seed: 6) {
      for step in try recipe.plan(for: 8, key: key).steps {
        switch step.plan {
        case let plan as BoxBlur.Plan: boxes[plan.radius, default: 0] += 1
        case let plan as MedianBlur.Plan: medians[plan.radius, default: 0] += 1
        case let plan as JPEGCompression.Plan: qualities[plan.quality, default: 0] += 1
        default: Issue.record("an unexpected plan")
        }
      }
    }
    #expect((boxes.count, medians.count, qualities.count) == (4, 3, 10))
    // 3, 2 and 9 degrees of freedom.
    #expect(chiSquare(Array(boxes.values), shares: [Double](repeating: 0.25, count: 4)) < 16.27)
    #expect(chiSquare(Array(medians.values), shares: [Double](repeating: 1.0 / 3, count: 3)) < 13.82)
    #expect(chiSquare(Array(qualities.values), shares: [Double](repeating: 0.1, count: 10)) < 27.88)
  }

  @Test("Plans that no transform draws are refused")
  func hostilePlans() throws {
    let plans: [any TransformPlan] = [
      GaussianBlur.Plan(sigma: 0), GaussianBlur.Plan(sigma: 1e9), BoxBlur.Plan(radius: 0),
      BoxBlur.Plan(radius: 8), MedianBlur.Plan(radius: 4), MotionBlur.Plan(length: .nan, degrees: 0),
      Defocus.Plan(radius: 11), GaussianNoise.Plan(sigma: 2, noise: 1), ShotNoise.Plan(photons: 0, noise: 1),
      SaltAndPepper.Plan(amount: -1, noise: 1), JPEGCompression.Plan(quality: 0), Downscale.Plan(scale: 0),
    ]
    for plan in plans {
      var image = noise(8, 8, 3)
      #expect(throws: AugmentationError.self, "\(plan)") { try plan.apply(to: &image) }
    }
  }
}
