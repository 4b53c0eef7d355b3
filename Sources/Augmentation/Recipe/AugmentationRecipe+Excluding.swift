extension AugmentationRecipe {
  /// The names of the recipe's transforms in order, each followed by those within it.
  public var transformNames: [String] { TransformList(steps).namesWithin }

  /// The recipe without some transforms, also where they are within others. What stays keeps its place, and with it
  /// its draws; where `OneOf` chooses a transform that is left out, nothing happens.
  /// - Parameter names: as in recipes, such as `vertical_flip`.
  public func excluding(_ names: Set<String>) -> AugmentationRecipe {
    AugmentationRecipe(steps: TransformList(steps).excluding(names).transforms)
  }
}

extension TransformList {
  fileprivate var namesWithin: [String] {
    transforms.flatMap { transform in
      [type(of: transform).name] + ((transform as? any Combinator)?.list.namesWithin ?? [])
    }
  }

  fileprivate func excluding(_ names: Set<String>) -> TransformList {
    TransformList(
      transforms.map { transform in
        let name = type(of: transform).name
        if names.contains(name) { return LeftOut(transform: name) }
        guard var combinator = transform as? any Combinator else { return transform }
        combinator.list = combinator.list.excluding(names)
        return combinator
      })
  }
}

/// Holds the place of a transform that is left out. Recipes in files cannot name it.
struct LeftOut: Transform {
  /// The name of the transform whose place it holds.
  let transform: String

  /// It never happens.
  var probability: Double { 0 }

  init(transform: String) { self.transform = transform }

  enum CodingKeys: String, CodingKey, CaseIterable { case transform }

  init(options: RecipeOptions<CodingKeys>) throws(AugmentationError) {
    self.init(transform: try options.value(.transform, expected: "a transform's name"))
  }

  func validate() throws(AugmentationError) {}

  func plan(for size: ImageSize, key: OperationKey) throws(AugmentationError) -> NestedPlan? { nil }
}
