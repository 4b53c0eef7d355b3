import Names

/// A transform that is made of others: which of them happen, how often and in what order.
///
/// The draws of a nested transform are made under a path of its own, such as `"2/OneOf/0/Rotate"`, so that none of
/// them depends on what the combinator draws.
///
/// In recipes a combinator's options have the list `transforms`, whose entries are as in a recipe; where all other
/// options have their defaults, that list can stand alone: `one_of: [horizontal_flip, vertical_flip]`.
protocol Combinator: Transform where Plan == NestedPlan, CodingKeys: CombinatorKeys {
  var list: TransformList { get set }

  /// A combinator of transforms, every other option at its default.
  init(standardWith transforms: [any Transform]) throws(AugmentationError)

  /// The indices of the transforms that happen, in order.
  func choice(_ stream: inout RandomStream) -> [Int]
}

/// The names of a combinator's options.
protocol CombinatorKeys: CodingKey, CaseIterable {
  /// `transforms`.
  static var list: Self { get }
}

extension Combinator {
  /// Chooses, and plans what is chosen.
  func nestedPlan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> NestedPlan? {
    var stream = key.parameters()
    var steps: [PlannedStep] = []
    var size = size
    for index in choice(&stream) {
      try list.plan(index, sample: key.sample, parent: key, size: &size, into: &steps)
    }
    return steps.isEmpty ? nil : NestedPlan(steps: steps)
  }

  /// Checks the nested transforms, of which there must be some.
  func checkList() throws(AugmentationError) {
    try Self.require(!list.transforms.isEmpty, .list, "at least one transform", got: "none")
    if let problem = list.firstProblem {
      throw .nested(transform: Self.name, step: problem.index, problem.error)
    }
  }

  /// Reads a list of transforms, or a mapping of options.
  static func read(from decoder: any Decoder) throws -> Self {
    let result: Self
    if let list = try? decoder.unkeyedContainer() {
      result = try Self(standardWith: nested(in: list))
    } else {
      result = try Self(options: RecipeOptions(decoder, transform: name))
    }
    try result.validate()
    return result
  }

  fileprivate static func nested(in list: any UnkeyedDecodingContainer) throws -> [any Transform] {
    var list = list
    return try RecipeEntry.transforms(in: &list) { .nested(transform: name, step: $0, $1) }
  }
}

extension RecipeOptions where Key: CombinatorKeys {
  /// The nested transforms, which must be given.
  func transforms<Owner: Combinator>(of owner: Owner.Type) throws(AugmentationError) -> [any Transform] {
    try nested(.list) { try Owner.nested(in: $0) }
  }
}
