import Foundation
import Testing
import Yams

@testable import Augmentation

@Suite("Combinators")
struct CombinatorTests {
  private static let turns: [any Transform] = [
    Rotate(degrees: 10...10), Rotate(degrees: 20...20), Rotate(degrees: 30...30), Rotate(degrees: 40...40),
  ]

  /// The angles of a plan's steps, in order, divided by ten.
  private func angles(_ recipe: AugmentationRecipe, _ key: SampleKey) throws -> [Int] {
    try recipe.plan(for: 8, key: key).steps.map { Int(try #require($0.plan as? Rotate.Plan).degrees / 10) }
  }

  @Test("Nested steps stand in the plan under paths of their own, and happen as if alone")
  func paths() throws {
    let recipe = AugmentationRecipe {
      Zoom()
      OneOf {
        Sequential {
          Rotate(degrees: 30)
          HorizontalFlip(probability: 1)
        }
      }
    }
    let plan = try recipe.plan(for: 8, key: keys(1)[0])
    #expect(
      plan.steps.map(\.path)
        == ["0/Zoom", "1/OneOf/0/Sequential/0/Rotate", "1/OneOf/0/Sequential/1/HorizontalFlip"])
    let stored = try JSONDecoder().decode(RecipePlan.self, from: JSONEncoder().encode(plan))
    #expect(stored == plan)
    let image = noise(8, 8, 3)
    #expect(try stored.apply(to: image) == recipe.apply(to: image, key: keys(1)[0]))
  }

  @Test("A plan's size follows what is nested")
  func sizes() throws {
    let recipe = AugmentationRecipe {
      RandomOrder {
        Resize(ImageSize(width: 20, height: 10))
        Maybe { ResizeShorterSide(16) }
      }
      RandomCrop(10)
    }
    for key in keys(20) {
      let image = noise(30, 30, 1)
      let result = try recipe.apply(to: image, key: key)
      #expect(ImageSize(of: result) == 10)
      #expect(try recipe.plan(for: 30, key: key).apply(to: image) == result)
    }
  }

  @Test("Probabilities and weights move no nested draw")
  func keyed() throws {
    func recipe(_ probability: Double, _ weights: [Double]) -> AugmentationRecipe {
      AugmentationRecipe {
        OneOf(weights: weights, probability: probability) {
          Rotate(degrees: 20)
          Zoom()
        }
        Rotate(degrees: 50)
      }
    }
    for key in keys(40) {
      let both = try [[1.0, 0], [0, 1]].flatMap { try recipe(1, $0).plan(for: 9, key: key).steps }
      for (probability, weights) in [(0.5, [1.0, 1]), (0.2, [0, 3]), (0, [1, 1])] {
        let steps = try recipe(probability, weights).plan(for: 9, key: key).steps
        #expect(steps.allSatisfy { both.contains($0) } && steps.last?.path == "1/Rotate")
      }
    }
  }

  // Chi-square with 99.9% confidence; seeds are fixed.

  @Test("One of them is chosen, equally often or by weight")
  func oneOf() throws {
    for (weights, limit) in [(nil, 16.27), ([1.0, 2, 0, 5], 13.82)] as [([Double]?, Double)] {
      let recipe = AugmentationRecipe(steps: [OneOf(Self.turns, weights: weights)])
      var counts = [0, 0, 0, 0]
      for key in keys(4000) {
        let chosen = try angles(recipe, key)
        #expect(chosen.count == 1)
        counts[chosen[0] - 1] += 1
      }
      let shares = weights ?? [1, 1, 1, 1]
      let total = shares.reduce(0, +)
      let used = shares.indices.filter { shares[$0] > 0 }
      #expect(shares.indices.allSatisfy { used.contains($0) || counts[$0] == 0 })
      #expect(chiSquare(used.map { counts[$0] }, shares: used.map { shares[$0] / total }) < limit)
    }
  }

  @Test("Some of them: every set of every number, in order or in any order")
  func someOf() throws {
    let inOrder = AugmentationRecipe(steps: [SomeOf(0...2, of: Self.turns)])
    var sets: [[Int]: Int] = [:]
    for key in keys(6000) { sets[try angles(inOrder, key), default: 0] += 1 }
    #expect(sets.count == 11 && sets.keys.allSatisfy { $0 == $0.sorted() })
    let names = sets.keys.sorted { $0.description < $1.description }
    let shares = names.map { 1.0 / 3 / Double([1, 4, 6][$0.count]) }
    // 10 degrees of freedom.
    #expect(chiSquare(names.map { sets[$0] ?? 0 }, shares: shares) < 29.59)

    let anyOrder = AugmentationRecipe(steps: [SomeOf(3...3, of: Self.turns, inRandomOrder: true)])
    var orders: [[Int]: Int] = [:]
    for key in keys(6000) { orders[try angles(anyOrder, key), default: 0] += 1 }
    #expect(orders.count == 24)
    // 23 degrees of freedom.
    #expect(chiSquare(Array(orders.values), shares: [Double](repeating: 1 / 24, count: 24)) < 49.73)
  }

  @Test("All orders are equally likely")
  func randomOrder() throws {
    let recipe = AugmentationRecipe(steps: [RandomOrder(Self.turns)])
    var orders: [[Int]: Int] = [:]
    for key in keys(6000) { orders[try angles(recipe, key), default: 0] += 1 }
    #expect(orders.count == 24)
    #expect(chiSquare(Array(orders.values), shares: [Double](repeating: 1 / 24, count: 24)) < 49.73)
  }

  @Test("Maybe happens as often as asked for, all or nothing")
  func maybe() throws {
    let recipe = AugmentationRecipe(steps: [Maybe(Self.turns, probability: 0.3)])
    let plans = try keys(4000).map { try angles(recipe, $0) }
    #expect(plans.allSatisfy { $0.isEmpty || $0 == [1, 2, 3, 4] })
    let times = plans.count { !$0.isEmpty }
    #expect(chiSquare([times, 4000 - times], shares: [0.3, 0.7]) < 10.83)
  }

  @Test("Nested recipes survive JSON and YAML, and have short forms")
  func coding() throws {
    let text = """
      - one_of: [horizontal_flip, rotate: {degrees: 10}]
      - one_of:
          weights: [1, 3]
          probability: 0.5
          transforms:
            - zoom
            - sequence: [horizontal_flip, maybe: {probability: 0.2, transforms: [zoom]}]
      - some_of: {count: [0, 1], in_random_order: true, transforms: [zoom, horizontal_flip]}
      - random_order: [zoom, horizontal_flip]
      """
    let recipe = AugmentationRecipe {
      OneOf {
        HorizontalFlip()
        Rotate(degrees: 10)
      }
      OneOf(weights: [1, 3], probability: 0.5) {
        Zoom()
        Sequential {
          HorizontalFlip()
          Maybe(probability: 0.2) { Zoom() }
        }
      }
      SomeOf(0...1, inRandomOrder: true) {
        Zoom()
        HorizontalFlip()
      }
      RandomOrder {
        Zoom()
        HorizontalFlip()
      }
    }
    #expect(try YAMLDecoder().decode(AugmentationRecipe.self, from: text) == recipe)
    #expect(try YAMLDecoder().decode(AugmentationRecipe.self, from: YAMLEncoder().encode(recipe)) == recipe)
    #expect(try JSONDecoder().decode(AugmentationRecipe.self, from: JSONEncoder().encode(recipe)) == recipe)
  }

  @Test(
    "What is wrong within is named with its steps",
    arguments: [
      (
        #"["zoom", {"one_of": ["zoom", {"sequence": [{"rotate": {"degres": 3}}]}]}]"#,
        "recipe step 1: one_of: step 1: sequence: step 0: rotate has no option 'degres'; the nearest is 'degrees'"
      ),
      (
        #"[{"maybe": {"probability": 0.5, "transforms": [{"zoom": {"probability": 2}}]}}]"#,
        "recipe step 0: maybe: step 0: zoom: probability must be between 0 and 1, got 2.0"
      ),
      (
        #"[{"maybe": {"probability": 3, "transforms": ["zoom"]}}]"#,
        "recipe step 0: maybe: probability must be between 0 and 1, got 3.0"
      ),
      (#"["one_of"]"#, "recipe step 0: one_of needs the option 'transforms'"),
      (#"[{"one_of": []}]"#, "recipe step 0: one_of: transforms must be at least one transform, got none"),
      (
        #"[{"one_of": {"transforms": 3}}]"#,
        "recipe step 0: one_of: transforms must be a list of transforms, got another kind of value"
      ),
      (
        #"[{"one_of": {"transforms": ["zoom"], "weights": [1, 2]}}]"#,
        "recipe step 0: one_of: weights must be 1 numbers of 0 or more, one of them above 0, got [1.0, 2.0]"
      ),
      (#"[{"some_of": ["zoom"]}]"#, "recipe step 0: some_of needs the option 'count'"),
      (
        #"[{"some_of": {"count": 2, "transforms": ["zoom"]}}]"#,
        "recipe step 0: some_of: count must be within 0 to 1, the number of transforms, got 2...2"
      ),
      (
        #"[{"some_of": {"count": 0.5, "transforms": ["zoom"]}}]"#,
        "recipe step 0: some_of: count must be whole numbers, got [0.5, 0.5]"
      ),
    ])
  func wrong(_ json: String, _ message: String) throws {
    let error = #expect(throws: AugmentationError.self) {
      try JSONDecoder().decode(AugmentationRecipe.self, from: Data(json.utf8))
    }
    #expect(error?.description == message)
  }

  @Test("A combinator built in Swift is checked too")
  func built() throws {
    let recipe = AugmentationRecipe { Maybe { HorizontalFlip(probability: 7) } }
    let error = #expect(throws: AugmentationError.self) { try recipe.plan(for: 8, key: keys(1)[0]) }
    #expect(
      error?.description
        == "recipe step 0: maybe: step 0: horizontal_flip: probability must be between 0 and 1, got 7.0")
  }
}
