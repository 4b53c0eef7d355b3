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
  public var steps: [any Transform] { list.transforms }
  let list: TransformList
  private let problem: AugmentationError?

  /// A recipe of transforms, in the order written.
  public init(@RecipeBuilder _ steps: () -> [any Transform]) {
    self.init(steps: steps())
  }

  /// A recipe of transforms, in order.
  public init(steps: [any Transform]) {
    list = TransformList(steps)
    problem = list.firstProblem.map { .step($0.index, $0.error) }
  }

  /// Throws what is wrong with the recipe, naming the step.
  public func validate() throws(AugmentationError) {
    if let problem { throw problem }
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
    for index in list.transforms.indices {
      try list.plan(index, sample: key, parent: nil, size: &current, into: &planned)
    }
    return RecipePlan(size: size, steps: planned)
  }

  /// Plans and applies every step for one sample: the same as `plan(for:key:).apply(to:)`, without storing
  /// the plan.
  /// - Throws: ``AugmentationError`` for an invalid recipe or a crop larger than the image.
  public func apply(to image: PixelBuffer, key: SampleKey) throws(AugmentationError) -> PixelBuffer {
    var result = PixelBuffer(width: 1, height: 1, channels: 1)
    try apply(to: image, into: &result, key: key)
    return result
  }

  /// The same, into the memory of an earlier result: one that is used again and again soon asks for no memory any more.
  /// - Parameters:
  ///   - image: stays as it is.
  ///   - result: an image of any size, whose memory becomes that of the result.
  ///   - key: the sample.
  /// - Throws: ``AugmentationError`` for an invalid recipe or a crop larger than the image; the result is then of no use.
  public func apply(
    to image: PixelBuffer, into result: inout PixelBuffer, key: SampleKey
  ) throws(AugmentationError) {
    try validate()
    var runner = PlanRunner(image, memory: &result)
    for index in list.transforms.indices { try list.run(index, sample: key, in: &runner) }
    result = runner.finish()
  }
}

extension AugmentationRecipe: Equatable {
  /// Whether the transforms are the same, in the same order.
  public static func == (a: AugmentationRecipe, b: AugmentationRecipe) -> Bool { a.list == b.list }
}
