/// What to do to every image: transforms in order.
///
/// ```swift
/// let recipe = AugmentationRecipe {
///   RandomCrop(28, padding: 2)
///   HorizontalFlip(probability: 0.5)
/// }
/// let image = try recipe.apply(to: original, key: SampleKey(seed: 1, epoch: 0, sample: 42))
/// ```
///
/// The result depends on the recipe, the pixels and the key alone.
///
/// The values of its transforms are checked once, when the recipe is made. Decoding throws what is wrong at
/// once; a recipe built in Swift throws it from ``validate()`` and whenever it is used.
public struct AugmentationRecipe: Sendable {
  /// The version of the recipe format that this program writes.
  public static let currentVersion = 1

  /// The version of the recipe format.
  public let version = currentVersion
  /// The transforms, in order.
  public let steps: [any Transform]
  /// The path of every step: the name under which its draws are made.
  private let paths: [String]
  /// The name of every step's transform, which would be costly to make for each sample.
  private let names: [String]
  private let problem: AugmentationError?

  /// A recipe of transforms, in the order written.
  public init(@RecipeBuilder _ steps: () -> [any Transform]) {
    self.init(steps: steps())
  }

  /// A recipe of transforms, in order.
  public init(steps: [any Transform]) {
    self.steps = steps
    paths = steps.enumerated().map { "\($0)/\(type(of: $1).typeName)" }
    names = steps.map { type(of: $0).name }
    problem = Self.firstProblem(in: steps)
  }

  /// Throws what is wrong with the recipe, naming the step.
  public func validate() throws(AugmentationError) {
    if let problem { throw problem }
  }

  private static func firstProblem(in steps: [any Transform]) -> AugmentationError? {
    for (index, step) in steps.enumerated() {
      do { try step.validate() } catch { return .step(index, error) }
    }
    return nil
  }
}

extension AugmentationRecipe {
  /// Draws the parameters of every step for one sample.
  /// - Parameters:
  ///   - size: the size of the image that arrives.
  ///   - key: the sample; all that the draws depend on.
  /// - Throws: ``AugmentationError`` for an invalid recipe or a crop larger than the image.
  public func plan(for size: ImageSize, key: SampleKey) throws(AugmentationError) -> RecipePlan {
    try validate()
    var planned: [PlannedStep] = []
    var current = size
    for (index, step) in steps.enumerated() {
      let key = OperationKey(key, path: paths[index])
      guard let next = try PlannedStep(step, named: names[index], for: current, key: key) else { continue }
      current = next.plan.outputSize(for: current)
      planned.append(next)
    }
    return RecipePlan(size: size, steps: planned)
  }

  /// Plans and applies every step for one sample: the same as `plan(for:key:).apply(to:)`, without storing
  /// the plan.
  /// - Throws: ``AugmentationError`` for an invalid recipe or a crop larger than the image.
  public func apply(to image: PixelBuffer, key: SampleKey) throws(AugmentationError) -> PixelBuffer {
    try validate()
    var runner = PlanRunner(image)
    for index in steps.indices {
      try steps[index].run(on: &runner, key: OperationKey(key, path: paths[index]))
    }
    return runner.finish()
  }
}

extension AugmentationRecipe: Equatable {
  /// Whether the transforms are the same, in the same order.
  public static func == (a: AugmentationRecipe, b: AugmentationRecipe) -> Bool {
    a.steps.count == b.steps.count && zip(a.steps, b.steps).allSatisfy { $0.isEqual(to: $1) }
  }
}
