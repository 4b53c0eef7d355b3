import Augmentation
import Foundation
import TestSupport
import Testing
import Yams

@Suite("What colour transforms draw")
struct ColourDrawTests {
  @Test("Plans are as they were committed")
  func golden() throws {
    let stored = try JSONDecoder().decode(
      [RecipePlan].self, from: Data(Fixtures.bytes("golden-plans-colour.json")))
    let plans = try keys(3).map { try colours.plan(for: ImageSize(width: 45, height: 33), key: $0) }
    #expect(plans == stored)
    let steps = Set(plans.flatMap { $0.steps.map(\.transform) })
    #expect(steps.count == colours.steps.count)
  }

  @Test("The recipe of all survives JSON and YAML, and its plans JSON")
  func roundTrip() throws {
    let json = try JSONDecoder().decode(AugmentationRecipe.self, from: JSONEncoder().encode(colours))
    #expect(json == colours)
    let yaml = try YAMLDecoder().decode(AugmentationRecipe.self, from: YAMLEncoder().encode(colours))
    #expect(yaml == colours)
    for key in keys(3) {
      let plan = try colours.plan(for: 24, key: key)
      #expect(try JSONDecoder().decode(RecipePlan.self, from: JSONEncoder().encode(plan)) == plan)
    }
  }

  /// A transform whose plan has one drawn number, the range it is drawn from and how to read it.
  struct Uniform: CustomTestStringConvertible, Sendable {
    let transform: any Transform
    let range: ClosedRange<Double>
    let value: @Sendable (any TransformPlan) -> Double?
    var testDescription: String { "\(transform)" }
  }

  static let uniforms: [Uniform] = [
    Uniform(transform: Brightness(factor: 0.3...2), range: 0.3...2) { ($0 as? Brightness.Plan)?.factor },
    Uniform(transform: Contrast(factor: 0.4...0.9), range: 0.4...0.9) { ($0 as? Contrast.Plan)?.factor },
    Uniform(transform: Gamma(exponent: 0.5...3), range: 0.5...3) { ($0 as? Gamma.Plan)?.exponent },
    Uniform(transform: Sharpen(factor: 1.5...4), range: 1.5...4) { ($0 as? Sharpen.Plan)?.factor },
    Uniform(transform: Solarize(threshold: 20...200, probability: 1), range: 20...200) {
      ($0 as? Solarize.Plan)?.threshold
    },
    Uniform(transform: PlanckianJitter(), range: 3000...15000) { ($0 as? PlanckianJitter.Plan)?.kelvin },
    Uniform(transform: CLAHE(probability: 1), range: 1...4) { ($0 as? CLAHE.Plan)?.clipLimit },
    Uniform(transform: RGBShift(red: -5...40), range: -5...40) { ($0 as? RGBShift.Plan)?.red },
    Uniform(transform: RGBShift(green: -50...0), range: -50...0) { ($0 as? RGBShift.Plan)?.green },
    Uniform(transform: RGBShift(blue: 3...9), range: 3...9) { ($0 as? RGBShift.Plan)?.blue },
    Uniform(transform: HueSaturationValue(hueDegrees: -9...70), range: -9...70) {
      ($0 as? HueSaturationValue.Plan)?.hueDegrees
    },
    Uniform(transform: HueSaturationValue(), range: -30...30) {
      ($0 as? HueSaturationValue.Plan)?.saturation
    },
    Uniform(transform: HueSaturationValue(), range: -20...20) { ($0 as? HueSaturationValue.Plan)?.value },
  ]

  // Kolmogorov and Smirnov at 99.9% confidence; seeds are fixed, so that a pass stays a pass.
  @Test("Parameters are uniform in their ranges", arguments: uniforms)
  func uniform(_ drawn: Uniform) throws {
    let recipe = AugmentationRecipe(steps: [drawn.transform])
    let values = try keys(2000, seed: 19).map { key in
      let step = try #require(recipe.plan(for: 8, key: key).steps.first)
      let value = try #require(drawn.value(step.plan))
      return (value - drawn.range.lowerBound) / (drawn.range.upperBound - drawn.range.lowerBound)
    }
    #expect(largestGap(values) < 1.95 / 2000.0.squareRoot())
  }

  @Test("Bits, orders and channels are equally likely")
  func choices() throws {
    func counts(_ transform: some Transform) throws -> [String: Int] {
      let recipe = AugmentationRecipe(steps: [transform])
      var counts: [String: Int] = [:]
      for key in keys(3000, seed: 3) {
        let plan = try recipe.plan(for: 8, key: key).steps.first?.plan
        counts[plan.map { "\($0)" } ?? "none", default: 0] += 1
      }
      return counts
    }
    let bits = try counts(Posterize(bits: 5...8, probability: 1))
    let orders = try counts(ChannelShuffle(probability: 1))
    let channels = try counts(ChannelDropout(count: 1...2, probability: 1))
    #expect((bits.count, orders.count, channels.count) == (4, 6, 6))
    // 3 and 5 degrees of freedom.
    #expect(chiSquare(Array(bits.values), shares: [Double](repeating: 0.25, count: 4)) < 16.27)
    #expect(chiSquare(Array(orders.values), shares: [Double](repeating: 1.0 / 6, count: 6)) < 20.52)
    #expect(chiSquare(Array(channels.values), shares: [Double](repeating: 1.0 / 6, count: 6)) < 20.52)
  }

  @Test(
    "Options are read by their names, and what is wrong is named",
    arguments: [
      (#"[{"clahe": {"clip_limit": 0.5}}]"#, "clahe: clip_limit must be within 1.0 to 100.0, got [0.5, 0.5]"),
      (#"[{"clahe": {"tiles": 0}}]"#, "clahe: tiles must be 1 to 64, got 0"),
      (#"[{"posterize": {"bits": 9}}]"#, "posterize: bits must be within 0 to 8, got [9, 9]"),
      (#"[{"posterize": {"bits": 2.5}}]"#, "posterize: bits must be whole numbers, got [2.5, 2.5]"),
      (#"[{"rgb_shift": {"gren": 5}}]"#, "rgb_shift has no option 'gren'; the nearest is 'green'"),
      (
        #"[{"hue_saturation_value": {"hue_degrees": 200}}]"#,
        "hue_saturation_value: hue_degrees must be within -180.0 to 180.0, got [-200.0, 200.0]"
      ),
      (
        #"[{"solarize": {"threshold": 300}}]"#,
        "solarize: threshold must be within 0.0 to 256.0, got [300.0, 300.0]"
      ),
      (#"[{"channel_dropout": {"count": 3}}]"#, "channel_dropout: count must be within 1 to 2, got [3, 3]"),
    ])
  func wrong(_ json: String, _ message: String) throws {
    let error = #expect(throws: AugmentationError.self) {
      try JSONDecoder().decode(AugmentationRecipe.self, from: Data(json.utf8))
    }
    #expect(error?.description == "recipe step 0: " + message)
  }
}
