import Foundation
import TestSupport
import Testing

@testable import Augmentation

/// What torchvision makes of operations of its policies (`Fixtures/generate_policies.py`).
private struct ExpectedPolicies: Decodable {
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let image: String
    let operations: [PolicyOperation]
    let interpolation: Interpolation
    let result: Expected.Stored
    var testDescription: String {
      "\(operations.map { "\($0.kind) \($0.magnitude)" }) \(interpolation) of \(image)"
    }
  }
  struct Mixture: Decodable, Sendable {
    let image: String
    let share: Double
    let chains: [AugMix.Chain]
    let result: Expected.Stored
  }
  struct Entry: Decodable, Sendable {
    let kind: PolicyOperation.Kind
    let magnitudes: [Double]
    let signed: Bool
  }

  let images: [String: Expected.Stored]
  let cases: [Case]
  let mixtures: [Mixture]
  let spaces: [String: [Entry]]

  static let all: ExpectedPolicies = {
    do { return try JSONDecoder().decode(Self.self, from: Data(Fixtures.bytes("policies.json"))) } catch {
      preconditionFailure("Fixtures/policies.json: \(error)")
    }
  }()
}

@Suite("Policies")
struct PolicyTests {
  @Test(
    "Operations with given magnitudes are within 2 levels of torchvision on 99.9% of pixels",
    arguments: ExpectedPolicies.all.cases.indices)
  func operations(_ index: Int) throws {
    let expected = ExpectedPolicies.all.cases[index]
    var image = try #require(ExpectedPolicies.all.images[expected.image]).image
    try PolicyPlan(
      operations: expected.operations, sampling: Sampling(interpolation: expected.interpolation)
    ).apply(to: &image)
    let difference = try #require(Difference(image, expected.result.image))
    #expect(difference.beyondTwo <= 0.001, "\(expected.testDescription): largest \(difference.largest)")
  }

  @Test("Mixtures of given shares and chains are within 2 levels of torchvision on 99.9% of pixels")
  func mixtures() throws {
    for expected in ExpectedPolicies.all.mixtures {
      var image = try #require(ExpectedPolicies.all.images[expected.image]).image
      try AugMix.Plan(share: expected.share, chains: expected.chains).apply(to: &image)
      let difference = try #require(Difference(image, expected.result.image))
      #expect(difference.beyondTwo <= 0.001, "largest \(difference.largest)")
    }
  }

  @Test("The magnitudes are torchvision's", arguments: ["standard", "wide", "mix"])
  func magnitudes(_ name: String) throws {
    let space: PolicySpace = name == "standard" ? .standard : name == "wide" ? .wide : .mix
    let size = ImageSize(width: 200, height: 120)
    let entries = try #require(ExpectedPolicies.all.spaces[name])
    #expect(entries.map(\.kind) == space.kinds)
    let bins = name == "mix" ? 10 : 31
    for entry in entries {
      for (bin, magnitude) in entry.magnitudes.enumerated() {
        let ours = space.operation(entry.kind, bin: bin, of: bins, isNegative: false, size: size)
        #expect(abs(ours.magnitude - magnitude) < 0.001, "\(entry.kind) \(bin)")
        let negative = space.operation(entry.kind, bin: bin, of: bins, isNegative: true, size: size)
        #expect(negative.magnitude == (entry.signed ? -ours.magnitude : ours.magnitude))
      }
    }
  }

  @Test("The tables have 25 pairs each, with their first and last as published")
  func tables() throws {
    for policy in AutoAugment.Policy.allCases { #expect(policy.pairs.count == 25) }
    let first = AutoAugment.Policy.imagenet.pairs[0]
    #expect((first.first.kind, first.first.probability, first.first.strength) == (.posterize, 0.4, 8))
    #expect((first.second.kind, first.second.probability, first.second.strength) == (.rotate, 0.6, 9))
    let last = AutoAugment.Policy.svhn.pairs[24]
    #expect((last.first.kind, last.first.probability, last.first.strength) == (.shearX, 0.7, 2))
    #expect((last.second.kind, last.second.probability) == (.invert, 0.1))
    let middle = AutoAugment.Policy.cifar10.pairs[3]
    #expect((middle.second.kind, middle.second.probability, middle.second.strength) == (.translateY, 0.7, 9))
  }

  // Chi-square and Kolmogorov-Smirnov at 99.9% confidence; seeds are fixed.

  @Test("All operations are equally likely, and so are signs and strengths")
  func choices() throws {
    let recipe = AugmentationRecipe { TrivialAugmentWide() }
    var kinds: [PolicyOperation.Kind: Int] = [:]
    var negative = 0
    var degrees: [Int: Int] = [:]
    for key in keys(14_000, seed: 5) {
      let plan = try recipe.plan(for: 64, key: key).steps.first?.plan as? PolicyPlan
      let operation = plan?.operations.first ?? PolicyOperation(.identity)
      kinds[operation.kind, default: 0] += 1
      if operation.kind == .rotate {
        degrees[Int((abs(operation.magnitude) / 4.5).rounded()), default: 0] += 1
        if operation.magnitude < 0 { negative += 1 }
      }
    }
    // 13 and 30 degrees of freedom; a strength of zero has no sign.
    #expect(chiSquare(Array(kinds.values), shares: [Double](repeating: 1.0 / 14, count: 14)) < 34.53)
    #expect(chiSquare(Array(degrees.values), shares: [Double](repeating: 1.0 / 31, count: 31)) < 59.70)
    let signed = degrees.filter { $0.key > 0 }.values.reduce(0, +)
    #expect(chiSquare([negative, signed - negative], shares: [0.5, 0.5]) < 10.83)
  }

  @Test("A pair's operations happen as often as its table says")
  func gates() throws {
    // Of CIFAR's pairs only the third one sharpens twice.
    let recipe = AugmentationRecipe { AutoAugment(.cifar10) }
    var expected = 0.0
    for pair in AutoAugment.Policy.cifar10.pairs {
      expected += (pair.first.probability + pair.second.probability) / 25
    }
    let counts = try keys(8000, seed: 2).map { key in
      (try recipe.plan(for: 32, key: key).steps.first?.plan as? PolicyPlan)?.operations.count ?? 0
    }
    let mean = Double(counts.reduce(0, +)) / 8000
    // The deviation of a count is below 0.75, and 3.3 standard errors are 99.9%.
    #expect(abs(mean - expected) < 3.3 * 0.75 / 8000.0.squareRoot())
  }

  @Test("The image's share of a mixture is uniform at an alpha of 1, and shares add up to 1")
  func shares() throws {
    let recipe = AugmentationRecipe { AugMix() }
    var shares: [Double] = []
    var depths = [0, 0, 0, 0]
    for key in keys(2000, seed: 8) {
      let plan = try #require(recipe.plan(for: 32, key: key).steps.first?.plan as? AugMix.Plan)
      shares.append(plan.share)
      #expect(abs(plan.share + plan.chains.map(\.share).reduce(0, +) - 1) < 1e-9)
      #expect(plan.chains.count == 3)
      for chain in plan.chains { depths[chain.operations.count] += 1 }
    }
    #expect(largestGap(shares) < 1.95 / 2000.0.squareRoot())
    #expect(chiSquare(Array(depths[1...]), shares: [1.0 / 3, 1.0 / 3, 1.0 / 3]) < 13.82)
  }

  @Test("Plans are as they were committed, and survive JSON")
  func golden() throws {
    let stored = try JSONDecoder().decode(
      [RecipePlan].self, from: Data(Fixtures.bytes("golden-plans-policies.json")))
    let plans = try keys(4).map { try policies.plan(for: ImageSize(width: 45, height: 33), key: $0) }
    #expect(plans == stored)
  }

  @Test("Every size and number of channels works", arguments: [(1, 1), (1, 7), (9, 2), (31, 17)])
  func sizes(_ shape: (Int, Int)) throws {
    for channels in [1, 3, 4] {
      let image = noise(shape.0, shape.1, channels)
      for step in policies.steps {
        for key in keys(6) {
          let result = try AugmentationRecipe(steps: [step]).apply(to: image, key: key)
          #expect(ImageSize(of: result) == ImageSize(of: image) && result.channels == channels)
        }
      }
    }
  }

  @Test("Plans that no policy draws are refused")
  func hostilePlans() throws {
    let plans: [any TransformPlan] = [
      PolicyPlan(operations: [PolicyOperation(.posterize, magnitude: 9)]),
      PolicyPlan(operations: [PolicyOperation(.rotate, magnitude: .nan)]),
      PolicyPlan(operations: [PolicyOperation(.shearX, magnitude: 1e6)]),
      AugMix.Plan(share: 0.5, chains: [.init(share: 0.9, operations: [])]),
      AugMix.Plan(share: .nan, chains: []),
    ]
    for plan in plans {
      var image = noise(8, 8, 3)
      #expect(throws: AugmentationError.self, "\(plan)") { try plan.apply(to: &image) }
    }
  }

  @Test(
    "What is wrong is named",
    arguments: [
      (
        #"[{"rand_augment": {"magnitude": 31}}]"#,
        "rand_augment: magnitude must be 0 to 30 (bins - 1), got 31"
      ),
      (
        #"[{"auto_augment": {"policy": "cifar"}}]"#,
        "auto_augment: policy must be imagenet, cifar10 or svhn, got another kind of value"
      ),
      (#"[{"aug_mix": {"severity": 0}}]"#, "aug_mix: severity must be 1 to 10, got 0"),
      (
        #"[{"trivial_augment_wide": {"bin": 3}}]"#,
        "trivial_augment_wide has no option 'bin'; the nearest is 'bins'"
      ),
    ])
  func wrong(_ json: String, _ message: String) throws {
    let error = #expect(throws: AugmentationError.self) {
      try JSONDecoder().decode(AugmentationRecipe.self, from: Data(json.utf8))
    }
    #expect(error?.description == "recipe step 0: " + message)
  }
}
