/// All transforms, in random order; every order is equally likely.
///
/// A transform's draws do not depend on its turn. As torchvision's `RandomOrder`.
public struct RandomOrder: Combinator {
  /// How often, 0...1; 1 by default.
  public var probability: Double
  var list: TransformList

  /// The transforms, as written.
  public var transforms: [any Transform] { list.transforms }

  /// Transforms to be done in random order.
  public init(probability: Double = 1, @RecipeBuilder _ transforms: () -> [any Transform]) {
    self.init(transforms(), probability: probability)
  }

  /// Transforms to be done in random order.
  public init(_ transforms: [any Transform], probability: Double = 1) {
    self.probability = probability
    list = TransformList(transforms)
  }

  init(standardWith transforms: [any Transform]) { self.init(transforms) }

  /// The options in recipes.
  public enum CodingKeys: String, CombinatorKeys {
    case probability
    case list = "transforms"
  }

  /// `transforms` must be given.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      try options.transforms(of: Self.self), probability: try options.probability(.probability))
  }

  /// Reads a list of transforms, or a mapping of options.
  public init(from decoder: any Decoder) throws { self = try Self.read(from: decoder) }

  /// Checks the transforms and the probability.
  public func validate() throws(AugmentationError) {
    try checkList()
    try Self.check(probability: probability, .probability)
  }

  /// Draws the order and plans every transform.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> NestedPlan? {
    try nestedPlan(for: size, key: key)
  }

  func choice(_ stream: inout RandomStream) -> [Int] {
    stream.choice(of: list.transforms.count, from: list.transforms.count)
  }
}
