import Names

/// A layer at its place in a sequence, with a name where it has one of its own.
///
/// The text form is `{"conv2d": {…}, "name": "conv1"}`; a layer that needs neither options nor a name may stand as
/// its kind alone, `"relu"`.
public struct LayerNode: Sendable, Equatable {
  /// The name; nil takes the layer's place in the sequence, counted from 0 as PyTorch's `nn.Sequential`.
  public var name: String?
  /// The layer.
  public var layer: any Layer

  /// Puts a layer at its place.
  public init(name: String? = nil, layer: any Layer) {
    self.name = name
    self.layer = layer
  }

  /// Whether names and layers agree.
  public static func == (a: LayerNode, b: LayerNode) -> Bool {
    a.name == b.name && a.layer.isEqual(to: b.layer)
  }
}

extension LayerNode: Codable {
  /// Reads the text form.
  /// - Throws: ``NetworkError``, such as ``NetworkError/unknownLayer(kind:known:)`` for a kind that is not in
  ///   ``LayerKinds``.
  public init(from decoder: any Decoder) throws {
    if let kind = try? decoder.singleValueContainer().decode(String.self) {
      name = nil
      layer = try Self.type(of: kind).init(from: decoder)
      return
    }
    let kinds = decoder.writtenKeys?.filter { $0 != "name" } ?? []
    guard kinds.count == 1, let kind = kinds.first else {
      throw NetworkError.text(
        place: decoder.place,
        problem: "expected one kind of layer, with its options behind it, got "
          + (kinds.isEmpty ? "none" : kinds.joined(separator: " and ")))
    }
    let container = try decoder.container(keyedBy: AnyKey.self)
    name = try container.decodeIfPresent(String.self, forKey: AnyKey("name"))
    layer = try Self.type(of: kind).init(from: container.superDecoder(forKey: AnyKey(kind)))
  }

  private static func type(of kind: String) throws(NetworkError) -> any Layer.Type {
    guard let type = LayerKinds.all[kind] else {
      throw .unknownLayer(kind: kind, known: LayerKinds.all.keys.sorted())
    }
    return type
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encodeIfPresent(name, forKey: AnyKey("name"))
    try layer.encode(to: container.superEncoder(forKey: AnyKey(Swift.type(of: layer).kind)))
  }
}

/// The kinds of layers that the text form knows.
public enum LayerKinds {
  /// Every kind by its name.
  public static let all: [String: any Layer.Type] = Dictionary(
    uniqueKeysWithValues: ([
      Parallel.self, SqueezeExcitation.self, LayerScale.self, ChannelPad.self, ReLU6.self,
      Conv2D.self, BatchNorm.self, ReLU.self, MaxPool.self, AveragePool.self, GlobalAveragePool.self,
      Dropout.self, Dense.self, Flatten.self, Residual.self, Block.self, Sigmoid.self, Tanh.self,
      LeakyReLU.self, PReLU.self, ELU.self, SELU.self, GELU.self, SiLU.self, HardSigmoid.self,
      HardSwish.self, Softplus.self, StochasticDepth.self, SpatialDropout.self, AlphaDropout.self,
      FeatureAlphaDropout.self, GaussianNoise.self,
      GroupNorm.self, LayerNorm.self, LocalResponseNorm.self, AdaptiveAveragePool.self,
      AdaptiveMaxPool.self, FractionalMaxPool.self, Pad.self, ConvTranspose2D.self, Reshape.self,
    ] as [any Layer.Type]).map { ($0.kind, $0) })
}
