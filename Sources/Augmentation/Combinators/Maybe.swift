/// Transforms that happen together or not at all.
///
/// The gates of the nested transforms come on top: a flip of probability 0.5 within a `Maybe` of 0.5 happens a
/// quarter of the time.
public struct Maybe: Combinator {
  /// How often, 0...1; 0.5 by default.
  public var probability: Double
  var list: TransformList

  /// The transforms, in order.
  public var transforms: [any Transform] { list.transforms }

  /// Transforms in the order written, with a probability.
  public init(probability: Double = 0.5, @RecipeBuilder _ transforms: () -> [any Transform]) {
    self.init(transforms(), probability: probability)
  }

  /// Transforms in order, with a probability.
  public init(_ transforms: [any Transform], probability: Double = 0.5) {
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
      try options.transforms(of: Self.self),
      probability: try options.probability(.probability, default: 0.5))
  }

  /// Reads a list of transforms, or a mapping of options.
  public init(from decoder: any Decoder) throws { self = try Self.read(from: decoder) }

  /// Checks the transforms and the probability.
  public func validate() throws(AugmentationError) {
    try checkList()
    try Self.check(probability: probability, .probability)
  }

  /// Plans every transform.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> NestedPlan? {
    try nestedPlan(for: size, key: key)
  }

  func choice(_ stream: inout RandomStream) -> [Int] { Array(list.transforms.indices) }
}
