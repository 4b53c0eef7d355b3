import Augmentation
import Foundation
import TestSupport
import Testing

@Suite("What plans draw")
struct DrawTests {
  @Test("Another probability moves no other draw")
  func gatesAreIndependent() throws {
    func recipe(_ probability: Double) -> AugmentationRecipe {
      AugmentationRecipe {
        HorizontalFlip(probability: probability)
        Rotate(degrees: 20, probability: probability)
        RandomResizedCrop(24)
        HorizontalFlip(probability: 0.5)
      }
    }
    for key in keys(50) {
      let all = try recipe(1).plan(for: 40, key: key).steps
      let some = try recipe(0.4).plan(for: 40, key: key).steps
      let none = try recipe(0).plan(for: 40, key: key).steps
      // What happens happens with the same parameters; the later steps always do.
      #expect(some.allSatisfy { all.contains($0) })
      #expect(none == all.filter { $0.path.hasPrefix("2/") || $0.path.hasPrefix("3/") })
    }
  }

  @Test("The draws of one step do not depend on what stands behind it")
  func laterSteps() throws {
    let short = AugmentationRecipe { Rotate(degrees: 20) }
    let long = AugmentationRecipe {
      Rotate(degrees: 20)
      Zoom()
    }
    let key = keys(1)[0]
    #expect(try long.plan(for: 9, key: key).steps.first == short.plan(for: 9, key: key).steps.first)
  }

  @Test("Plans are as they were committed")
  func golden() throws {
    let stored = try JSONDecoder().decode([RecipePlan].self, from: Data(Fixtures.bytes("golden-plans.json")))
    let plans = try keys(3).map { try everything.plan(for: ImageSize(width: 45, height: 33), key: $0) }
    #expect(plans == stored)
  }

  // Chi-square with 99.9% confidence throughout; seeds are fixed, so that a pass stays a pass.

  @Test("A flip happens as often as asked for", arguments: [0.1, 0.5, 0.9])
  func flipRate(_ probability: Double) throws {
    let recipe = AugmentationRecipe { HorizontalFlip(probability: probability) }
    let flips = try keys(4000).count { try !recipe.plan(for: 8, key: $0).steps.isEmpty }
    #expect(chiSquare([flips, 4000 - flips], shares: [probability, 1 - probability]) < 10.83)
  }

  @Test("All places of a crop are equally likely, those with padding too")
  func cropPlaces() throws {
    let recipe = AugmentationRecipe { RandomCrop(ImageSize(width: 6, height: 7), padding: 1) }
    var counts = [Int](repeating: 0, count: 5 * 4)
    for key in keys(8000) {
      let crop = try #require(recipe.plan(for: 8, key: key).steps.first?.plan as? Crop)
      counts[(crop.x + 1) * 4 + crop.y + 1] += 1
    }
    // 19 degrees of freedom.
    #expect(chiSquare(counts, shares: [Double](repeating: 1.0 / 20, count: 20)) < 43.82)
  }

  @Test("Angles, scales and colour factors are uniform in their ranges")
  func uniform() throws {
    let recipe = AugmentationRecipe {
      Rotate(degrees: -10...30)
      Zoom(scale: 0.7...1.2)
      ColorJitter(brightness: 0.5...2, contrast: 0.2...0.9, saturation: 1.1...3, hue: -0.3...0.2)
    }
    var samples: [String: [Double]] = [:]
    for key in keys(3000) {
      for step in try recipe.plan(for: 8, key: key).steps {
        switch step.plan {
        case let plan as Rotate.Plan: samples["degrees", default: []].append((plan.degrees + 10) / 40)
        case let plan as Zoom.Plan: samples["scale", default: []].append((plan.scale - 0.7) / 0.5)
        case let plan as ColorJitter.Plan:
          for adjustment in plan.adjustments {
            let (low, high) =
              switch adjustment.kind {
              case .brightness: (0.5, 2.0)
              case .contrast: (0.2, 0.9)
              case .saturation: (1.1, 3.0)
              case .hue: (-0.3, 0.2)
              }
            samples[adjustment.kind.rawValue, default: []].append((adjustment.factor - low) / (high - low))
          }
        default: Issue.record("an unexpected plan")
        }
      }
    }
    #expect(samples.count == 6)
    // Kolmogorov and Smirnov's limit at 99.9% is 1.95 over the root of the number of draws.
    for (name, values) in samples {
      #expect(values.count == 3000)
      #expect(largestGap(values) < 1.95 / Double(values.count).squareRoot(), "\(name)")
    }
  }

  @Test("All orders of the colour jitter are equally likely")
  func jitterOrder() throws {
    let recipe = AugmentationRecipe { ColorJitter(brightness: 0.1, contrast: 0.1, saturation: 0.1, hue: 0.1) }
    var counts: [[ColorJitter.Adjustment.Kind]: Int] = [:]
    for key in keys(6000) {
      let plan = try #require(recipe.plan(for: 8, key: key).steps.first?.plan as? ColorJitter.Plan)
      counts[plan.adjustments.map(\.kind), default: 0] += 1
    }
    #expect(counts.count == 24)
    // 23 degrees of freedom.
    #expect(chiSquare(Array(counts.values), shares: [Double](repeating: 1.0 / 24, count: 24)) < 49.73)
  }

  @Test("The area of a resized crop is uniform and its aspect log-uniform where every rectangle fits")
  func resizedCrop() throws {
    let recipe = AugmentationRecipe { RandomResizedCrop(8, area: 0.05...0.4, aspect: 0.5...2) }
    var areas: [Double] = []
    var aspects: [Double] = []
    for key in keys(3000) {
      let plan = try #require(recipe.plan(for: 2000, key: key).steps.first?.plan as? BoxResize)
      areas.append((Double(plan.box.width * plan.box.height) / 4e6 - 0.05) / 0.35)
      aspects.append((log(Double(plan.box.width) / Double(plan.box.height)) / log(2) + 1) / 2)
      #expect(
        plan.x >= 0 && plan.x + plan.box.width <= 2000 && plan.y >= 0 && plan.y + plan.box.height <= 2000)
    }
    #expect(largestGap(areas) < 1.95 / 3000.0.squareRoot())
    #expect(largestGap(aspects) < 1.95 / 3000.0.squareRoot())
  }

  @Test("Where no rectangle fits, the largest one in the middle is taken")
  func resizedCropFallback() throws {
    let recipe = AugmentationRecipe { RandomResizedCrop(8, area: 1...1, aspect: 1...1) }
    let wide = try #require(
      recipe.plan(for: ImageSize(width: 40, height: 10), key: keys(1)[0]).steps.first?.plan as? BoxResize)
    #expect((wide.x, wide.y) == (15, 0))
    #expect(wide.box == 10)
  }
}
