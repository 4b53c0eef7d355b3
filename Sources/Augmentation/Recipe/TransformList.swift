import Names

/// Transforms in order, with what would be costly to make for each sample.
struct TransformList: Sendable {
  let transforms: [any Transform]
  /// The path of every transform within the list, under which its draws are made: `"1/HorizontalFlip"`.
  private let paths: [String]
  /// The name of every transform.
  private let names: [String]

  init(_ transforms: [any Transform]) {
    self.transforms = transforms
    paths = transforms.enumerated().map { "\($0)/\(type(of: $1).typeName)" }
    names = transforms.map { type(of: $0).name }
  }

  /// The first transform with an invalid value, and what is wrong.
  var firstProblem: (index: Int, error: AugmentationError)? {
    for (index, transform) in transforms.enumerated() {
      do { try transform.validate() } catch { return (index, error) }
    }
    return nil
  }

  /// Plans the transform at an index: adds what happens, that of nested ones each for itself, and lets the size
  /// follow.
  /// - Parameter parent: the key of the operation that the list belongs to; nil in a recipe.
  func plan(
    _ index: Int, sample: SampleKey, parent: OperationKey?, size: inout ImageSize,
    into steps: inout [PlannedStep]
  ) throws(AugmentationError) {
    let key = OperationKey(sample, path: path(index, parent))
    guard let step = try PlannedStep(transforms[index], named: names[index], for: size, key: key) else {
      return
    }
    size = step.plan.outputSize(for: size)
    if let nested = step.plan as? NestedPlan { steps += nested.steps } else { steps.append(step) }
  }

  private func path(_ index: Int, _ parent: OperationKey?) -> String {
    parent.map { "\($0.path)/\(paths[index])" } ?? paths[index]
  }

  /// Plans the first transform; nil where there is none or it leaves the sample as it is.
  func firstPlan(for size: ImageSize, sample: SampleKey) throws(AugmentationError) -> (any TransformPlan)? {
    guard let first = transforms.first else { return nil }
    return try first.anyPlan(for: size, key: OperationKey(sample, path: paths[0]))
  }

  /// Plans and applies the transform at an index.
  func run(_ index: Int, sample: SampleKey, in runner: inout PlanRunner) throws(AugmentationError) {
    try transforms[index].run(on: &runner, key: OperationKey(sample, path: paths[index]))
  }
}

extension TransformList: Equatable {
  /// Whether the transforms are the same, in the same order.
  static func == (a: TransformList, b: TransformList) -> Bool {
    a.transforms.count == b.transforms.count
      && zip(a.transforms, b.transforms).allSatisfy { $0.isEqual(to: $1) }
  }
}

extension TransformList: Encodable {
  /// Writes a list of entries, every option in full.
  func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for transform in transforms { try list.encode(RecipeEntry(transform)) }
  }
}

/// One line of a recipe: a transform's name, alone or with its options.
struct RecipeEntry: Codable {
  let transform: any Transform

  init(_ transform: any Transform) { self.transform = transform }

  /// Reads the entries of a list.
  /// - Parameter located: gives an entry's error its place.
  static func transforms(
    in list: inout any UnkeyedDecodingContainer, located: (Int, AugmentationError) -> AugmentationError
  ) throws -> [any Transform] {
    var transforms: [any Transform] = []
    while !list.isAtEnd {
      do {
        // A decoder of its own, because a container may wrap errors and would skip null.
        transforms.append(try RecipeEntry(from: list.superDecoder()).transform)
      } catch let error as AugmentationError {
        throw located(transforms.count, error)
      }
    }
    return transforms
  }

  init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      transform = try Self.standard(TransformTable.type(named: name))
      return
    }
    guard let entry = try? decoder.container(keyedBy: AnyKey.self), let key = entry.allKeys.first,
      entry.allKeys.count == 1
    else {
      throw AugmentationError.malformed(
        expected: "one transform's name, with its options behind it", got: "something else")
    }
    let type = try TransformTable.type(named: key.stringValue)
    transform = try type.init(from: entry.superDecoder(forKey: key))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encode(transform, forKey: AnyKey(type(of: transform).name))
  }

  /// The transform with every option at its default.
  private static func standard<T: Transform>(_ type: T.Type) throws(AugmentationError) -> any Transform {
    try T(options: RecipeOptions(noneFor: T.name))
  }
}
