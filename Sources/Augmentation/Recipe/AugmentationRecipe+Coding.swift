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
    try container.encode(TransformList(steps), forKey: .steps)
  }

  private static func steps(in list: inout any UnkeyedDecodingContainer) throws -> [any Transform] {
    try RecipeEntry.transforms(in: &list) { .step($0, $1) }
  }
}
