/// One of the transforms; all are equally likely, or as their weights say.
///
/// The chosen one keeps its own probability, as in torchvision's `RandomChoice`: with `HorizontalFlip()` chosen, half
/// the images are still left as they are. (Albumentations takes the probabilities as weights.)
public struct OneOf: Combinator {
  /// How likely each transform is, in relation to the others; nil where all are equally likely.
  public var weights: [Double]?
  /// How often, 0...1; 1 by default.
  public var probability: Double
  var list: TransformList

  /// The transforms to choose from.
  public var transforms: [any Transform] { list.transforms }

  /// One of the transforms.
  public init(
    weights: [Double]? = nil, probability: Double = 1, @RecipeBuilder _ transforms: () -> [any Transform]
  ) {
    self.init(transforms(), weights: weights, probability: probability)
  }

  /// One of the transforms.
  public init(_ transforms: [any Transform], weights: [Double]? = nil, probability: Double = 1) {
    self.weights = weights
    self.probability = probability
    list = TransformList(transforms)
  }

  init(standardWith transforms: [any Transform]) { self.init(transforms) }

  /// The options in recipes.
  public enum CodingKeys: String, CombinatorKeys {
    case weights, probability
    case list = "transforms"
  }

  /// `transforms` must be given.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      try options.transforms(of: Self.self),
      weights: try options.value(.weights, default: nil, expected: "a list of numbers"),
      probability: try options.probability(.probability))
  }

  /// Reads a list of transforms, or a mapping of options.
  public init(from decoder: any Decoder) throws { self = try Self.read(from: decoder) }

  /// Checks the transforms, their weights and the probability.
  public func validate() throws(AugmentationError) {
    try checkList()
    if let weights {
      let expected = "\(list.transforms.count) numbers of 0 or more, one of them above 0"
      try Self.require(
        weights.count == list.transforms.count && weights.allSatisfy { $0 >= 0 && $0 <= 1e9 }
          && weights.contains { $0 >= 1e-9 }, .weights, expected, got: weights)
    }
    try Self.check(probability: probability, .probability)
  }

  /// Draws which, and plans it.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> NestedPlan? {
    try nestedPlan(for: size, key: key)
  }

  func choice(_ stream: inout RandomStream) -> [Int] {
    guard let weights else { return [stream.integer(in: 0...list.transforms.count - 1)] }
    var left = stream.unit() * weights.reduce(0, +)
    var last = 0
    for (index, weight) in weights.enumerated() where weight > 0 {
      if left < weight { return [index] }
      left -= weight
      last = index
    }
    return [last]
  }
}
