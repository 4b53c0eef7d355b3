/// Some of the transforms, each at most once; every set of the drawn number is equally likely.
///
/// The number is uniform in its range. They happen in the order written, or in random order. As imgaug's `SomeOf`.
public struct SomeOf: Combinator {
  /// How many, 0 to the number of transforms.
  public var count: ClosedRange<Int>
  /// Whether they happen in random order, and not in the order written (the default).
  public var inRandomOrder: Bool
  /// How often, 0...1; 1 by default.
  public var probability: Double
  var list: TransformList

  /// The transforms to choose from.
  public var transforms: [any Transform] { list.transforms }

  /// A number of the transforms.
  public init(
    _ count: Int, inRandomOrder: Bool = false, probability: Double = 1,
    @RecipeBuilder _ transforms: () -> [any Transform]
  ) {
    self.init(count...count, of: transforms(), inRandomOrder: inRandomOrder, probability: probability)
  }

  /// A random number of the transforms.
  public init(
    _ count: ClosedRange<Int>, inRandomOrder: Bool = false, probability: Double = 1,
    @RecipeBuilder _ transforms: () -> [any Transform]
  ) {
    self.init(count, of: transforms(), inRandomOrder: inRandomOrder, probability: probability)
  }

  /// A random number of the transforms.
  public init(
    _ count: ClosedRange<Int>, of transforms: [any Transform], inRandomOrder: Bool = false,
    probability: Double = 1
  ) {
    self.count = count
    self.inRandomOrder = inRandomOrder
    self.probability = probability
    list = TransformList(transforms)
  }

  init(standardWith transforms: [any Transform]) throws(AugmentationError) {
    throw .missingOption(transform: Self.name, option: CodingKeys.count.stringValue)
  }

  /// The options in recipes.
  public enum CodingKeys: String, CombinatorKeys {
    case count
    case inRandomOrder = "in_random_order"
    case probability
    case list = "transforms"
  }

  /// `count` (a whole number, or [lowest, highest]) and `transforms` must be given.
  public init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(
      try options.integers(.count), of: try options.transforms(of: Self.self),
      inRandomOrder: try options.value(.inRandomOrder, default: false, expected: "true or false"),
      probability: try options.probability(.probability))
  }

  /// Reads a mapping of options.
  public init(from decoder: any Decoder) throws { self = try Self.read(from: decoder) }

  /// Checks the transforms, their number and the probability.
  public func validate() throws(AugmentationError) {
    try checkList()
    try Self.require(
      count.lowerBound >= 0 && count.upperBound <= list.transforms.count, .count,
      "within 0 to \(list.transforms.count), the number of transforms", got: count)
    try Self.check(probability: probability, .probability)
  }

  /// Draws the number, then which and in what order, and plans them.
  public func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> NestedPlan? {
    try nestedPlan(for: size, key: key)
  }

  func choice(_ stream: inout RandomStream) -> [Int] {
    let number = stream.integer(in: count)
    let chosen = stream.choice(of: number, from: list.transforms.count)
    return inRandomOrder ? chosen : chosen.sorted()
  }
}

extension RandomStream {
  /// Distinct numbers of 0..<total in random order (Fisher and Yates, as far as needed).
  mutating func choice(of count: Int, from total: Int) -> [Int] {
    var numbers = Array(0..<total)
    for place in 0..<count where place < total - 1 {
      numbers.swapAt(place, integer(in: place...total - 1))
    }
    return Array(numbers.prefix(count))
  }
}
