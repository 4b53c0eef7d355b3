import Names

/// The text form: that of an ``Initializer``, for all weights, or the name `fixup` or `lsuv`, or a mapping, as in
/// `{convolutions: he-normal, dense: {normal: 0.01}, biases: zeros, residual: zero-last-norm}`, where `weights` stands
/// for convolutions and dense layers alike.
extension NetworkInitializer: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case weights, convolutions, dense, biases, residual, lsuv
  }

  /// The names of the text form that stand alone.
  public static let names = Initializer.names + ["fixup", "lsuv"]

  /// Reads the text form.
  /// - Throws: ``NetworkError`` for names, options and values that cannot be.
  public init(from decoder: any Decoder) throws {
    let keys = decoder.writtenKeys
    if keys.map(Set.init)?.isDisjoint(with: CodingKeys.allCases.map(\.rawValue)) == false {
      let options = try LayerOptions<CodingKeys>(decoder, of: "initializer")
      let weights: Initializer? = try options.value(.weights, default: nil)
      self.init(
        convolutions: try options.value(.convolutions, default: weights),
        dense: try options.value(.dense, default: weights), biases: try options.value(.biases, default: nil),
        residual: try options.value(.residual, default: .standard),
        lsuv: try options.value(.lsuv, default: nil))
      return
    }
    let name = keys?.first ?? (try? decoder.singleValueContainer().decode(String.self)) ?? ""
    switch name {
    case "fixup": self.init(residual: .fixup)
    case "lsuv": self.init(lsuv: LSUV())
    case let name where Initializer.names.contains(name): self = .weights(try Initializer(from: decoder))
    default: throw NetworkError.unknownInitializer(name: name, known: Self.names)
    }
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    if let convolutions, self == .weights(convolutions) { return try convolutions.encode(to: encoder) }
    var container = encoder.container(keyedBy: CodingKeys.self)
    if convolutions == dense {
      try container.encodeIfPresent(dense, forKey: .weights)
    } else {
      try container.encodeIfPresent(convolutions, forKey: .convolutions)
      try container.encodeIfPresent(dense, forKey: .dense)
    }
    try container.encodeIfPresent(biases, forKey: .biases)
    if residual != .standard || self == NetworkInitializer() {
      try container.encode(residual, forKey: .residual)
    }
    try container.encodeIfPresent(lsuv, forKey: .lsuv)
  }
}
