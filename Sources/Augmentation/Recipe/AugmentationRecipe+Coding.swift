import Names

extension AugmentationRecipe: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case version, steps }
  private static let frame = "a recipe's 'version' and 'steps'"

  /// Reads a list of entries, or a mapping of `version` and `steps` with that list.
  ///
  /// An entry is a transform's name, alone or with its options: `horizontal_flip`,
  /// `random_crop: {size: 28, padding: 2}`.
  /// - Throws: ``AugmentationError`` for unknown names and invalid values. (Yams' decoder wraps it as the
  ///   `underlyingError` of a `DecodingError`.)
  public init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer() {
      self.init(steps: try Self.steps(in: &list))
      return
    }
    guard let written = decoder.writtenKeys else {
      throw AugmentationError.malformed(expected: "a recipe: a list of transforms", got: "another value")
    }
    let known = CodingKeys.allCases.map(\.rawValue)
    if let name = written.first(where: { !known.contains($0) }) {
      throw AugmentationError.malformed(expected: Self.frame, got: "'\(name)'")
    }
    let recipe = try decoder.container(keyedBy: CodingKeys.self)
    guard let version = try? recipe.decode(Int.self, forKey: .version) else {
      throw AugmentationError.malformed(expected: Self.frame, got: "no version, or not a whole number")
    }
    guard version == Self.currentVersion else { throw AugmentationError.unknownVersion(version) }
    guard var list = try? recipe.nestedUnkeyedContainer(forKey: .steps) else {
      throw AugmentationError.malformed(expected: Self.frame, got: "no steps, or not a list")
    }
    self.init(steps: try Self.steps(in: &list))
  }

  /// Writes a mapping of `version` and `steps`, every option in full.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
    try container.encode(steps.map(RecipeEntry.init), forKey: .steps)
  }

  private static func steps(in list: inout any UnkeyedDecodingContainer) throws -> [any Transform] {
    var steps: [any Transform] = []
    while !list.isAtEnd {
      do {
        // A decoder of its own, because a container may wrap errors and would skip null.
        steps.append(try RecipeEntry(from: list.superDecoder()).transform)
      } catch let error as AugmentationError {
        throw AugmentationError.step(steps.count, error)
      }
    }
    return steps
  }
}

/// One line of a recipe.
private struct RecipeEntry: Codable {
  let transform: any Transform

  init(_ transform: any Transform) { self.transform = transform }

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
