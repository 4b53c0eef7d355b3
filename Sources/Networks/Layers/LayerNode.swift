/// A layer at its place in a sequence, with a name where it has one of its own.
///
/// The text form is `{"conv2d": {…}, "name": "conv1"}`.
public struct LayerNode: Sendable, Equatable {
  /// The name; nil takes the layer's place in the sequence, counted from 0 as PyTorch's `nn.Sequential`.
  public var name: String?
  /// The layer.
  public var layer: any Layer

  /// Whether names and layers agree.
  public static func == (a: LayerNode, b: LayerNode) -> Bool {
    a.name == b.name && a.layer.isEqual(to: b.layer)
  }
}

extension LayerNode: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ string: String) { stringValue = string }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  /// Reads the text form.
  /// - Throws: ``NetworkError/unknownLayer(kind:known:)`` for a kind that is not in ``LayerKinds``.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decodeIfPresent(String.self, forKey: Key("name"))
    let kinds = container.allKeys.map(\.stringValue).filter { $0 != "name" }.sorted()
    guard kinds.count == 1, let kind = kinds.first, let type = LayerKinds.all[kind] else {
      throw NetworkError.unknownLayer(
        kind: kinds.joined(separator: ", "), known: LayerKinds.all.keys.sorted())
    }
    layer = try type.init(from: container.superDecoder(forKey: Key(kind)))
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(name, forKey: Key("name"))
    try layer.encode(to: container.superEncoder(forKey: Key(type(of: layer).kind)))
  }
}

/// The kinds of layers that the text form knows.
public enum LayerKinds {
  /// Every kind by its name.
  public static let all: [String: any Layer.Type] = Dictionary(
    uniqueKeysWithValues: ([
      Conv2D.self, BatchNorm.self, ReLU.self, MaxPool.self, AveragePool.self, GlobalAveragePool.self,
      Dropout.self, Dense.self, Flatten.self, Residual.self, Block.self, Sigmoid.self, Tanh.self,
      LeakyReLU.self, PReLU.self, ELU.self, SELU.self, GELU.self, SiLU.self, HardSigmoid.self,
      HardSwish.self, Softplus.self,
    ] as [any Layer.Type]).map { ($0.kind, $0) })
}
