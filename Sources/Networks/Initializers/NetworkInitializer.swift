import Names

/// How the weights of a whole network start, where its layers say nothing of their own.
///
/// The text form is that of an ``Initializer``, for the weights of convolutions and dense layers alike, or a mapping:
/// `{convolutions: he-normal, dense: {normal: 0.01}, biases: zeros}`.
public struct NetworkInitializer: Hashable, Sendable {
  /// The weights of convolutions; nil is each layer's standard.
  public var convolutions: Initializer?
  /// The weights of dense layers; nil is each layer's standard.
  public var dense: Initializer?
  /// The biases of both; nil is zero beside weights of which the network says how they start, else PyTorch's default.
  public var biases: Initializer?

  /// Creates an initialiser of networks.
  public init(convolutions: Initializer? = nil, dense: Initializer? = nil, biases: Initializer? = nil) {
    self.convolutions = convolutions
    self.dense = dense
    self.biases = biases
  }

  /// The same for all weights.
  public static func weights(_ initializer: Initializer) -> NetworkInitializer {
    NetworkInitializer(convolutions: initializer, dense: initializer)
  }
}

extension NetworkInitializer {
  /// Refuses options that cannot be.
  func check() throws(NetworkError) {
    for case let initializer? in [convolutions, dense, biases] {
      if let problem = initializer.problem { throw .setting(layer: "initializer", problem: problem) }
    }
  }

  /// Sets how a layer's parameters start, where the layer leaves it open.
  func apply(to parameters: [ParameterSpecification]) -> [ParameterSpecification] {
    // What the network says of the weights that a bias goes with.
    var weights: Initializer?
    return parameters.map { parameter in
      var parameter = parameter
      switch parameter.role {
      case .weight:
        weights = parameter.isStandardStart ? (parameter.shape.count == 2 ? dense : convolutions) : nil
        if let weights { parameter.initializer = weights }
      case .offset where parameter.isStandardStart:
        parameter.initializer = biases ?? weights?.forBiases ?? parameter.initializer
      case .offset, .statistic: break
      }
      return parameter
    }
  }
}

extension NetworkInitializer: Codable {
  enum CodingKeys: String, CodingKey, CaseIterable { case convolutions, dense, biases }

  /// Reads the text form.
  public init(from decoder: any Decoder) throws {
    let keys = try? decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
    if let keys, !Set(keys).isDisjoint(with: CodingKeys.allCases.map(\.rawValue)) {
      let options = try LayerOptions<CodingKeys>(decoder, of: "initializer")
      self.init(
        convolutions: try options.value(.convolutions, default: nil),
        dense: try options.value(.dense, default: nil), biases: try options.value(.biases, default: nil))
    } else {
      self = .weights(try Initializer(from: decoder))
    }
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    if let convolutions, self == .weights(convolutions) { return try convolutions.encode(to: encoder) }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(convolutions, forKey: .convolutions)
    try container.encodeIfPresent(dense, forKey: .dense)
    try container.encodeIfPresent(biases, forKey: .biases)
  }
}
