import Names

/// The text form: a name alone, a name with its main option, or a name with a mapping of options, as in `he-normal`,
/// `{normal: 0.01}` and `{he-normal: {mode: fan-out, activation: leaky-relu, slope: 0.2}}`.
extension Initializer: Codable {
  private enum Kind: String, CodingKey, CaseIterable {
    case zeros, ones, constant, normal, uniform
    case truncatedNormal = "truncated-normal"
    case xavierNormal = "xavier-normal"
    case xavierUniform = "xavier-uniform"
    case heNormal = "he-normal"
    case heUniform = "he-uniform"
    case leCunNormal = "lecun-normal"
    case leCunUniform = "lecun-uniform"
    case orthogonal, pytorch
  }

  private enum ValueKey: String, CodingKey, CaseIterable { case value }
  private enum StdKey: String, CodingKey, CaseIterable { case std }
  private enum BoundKey: String, CodingKey, CaseIterable { case bound }
  private enum TruncationKey: String, CodingKey, CaseIterable { case std, low, high }
  private enum GainKey: String, CodingKey, CaseIterable { case gain }
  private enum FanKey: String, CodingKey, CaseIterable { case mode, activation, slope }

  /// The names of the text form.
  public static let names = Kind.allCases.map(\.rawValue)

  /// Reads the text form.
  /// - Throws: ``NetworkError`` for names, options and values that cannot be.
  public init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      try self.init(Self.kind(name), decoder)
    } else {
      guard let names = decoder.writtenKeys, names.count == 1 else {
        throw NetworkError.text(
          place: decoder.place, problem: "expected one initialiser, with its options behind it")
      }
      let container = try decoder.container(keyedBy: AnyKey.self)
      try self.init(Self.kind(names[0]), container.superDecoder(forKey: AnyKey(names[0])))
    }
    if let problem { throw NetworkError.text(place: decoder.place, problem: problem) }
  }

  private static func kind(_ name: String) throws(NetworkError) -> Kind {
    guard let kind = Kind(rawValue: name) else {
      throw .unknownInitializer(name: name, known: names)
    }
    return kind
  }

  private init(_ kind: Kind, _ decoder: any Decoder) throws {
    func options<Key>(_ main: Key? = nil) throws -> LayerOptions<Key> {
      try LayerOptions<Key>(decoder, of: kind.rawValue, main: main)
    }
    func none() throws { _ = try options() as LayerOptions<NoOptions> }
    switch kind {
    case .zeros: try none(); self = .zeros
    case .ones: try none(); self = .ones
    case .constant: self = .constant(try options(ValueKey.value).value(.value))
    case .normal: self = .normal(std: try options(StdKey.std).value(.std))
    case .uniform: self = .uniform(bound: try options(BoundKey.bound).value(.bound))
    case .truncatedNormal:
      let options = try options(TruncationKey.std)
      self = .truncatedNormal(
        std: try options.value(.std), low: try options.value(.low, default: -2),
        high: try options.value(.high, default: 2))
    case .xavierNormal: self = .xavierNormal(gain: try options(GainKey.gain).value(.gain, default: 1))
    case .xavierUniform: self = .xavierUniform(gain: try options(GainKey.gain).value(.gain, default: 1))
    case .heNormal:
      let (mode, activation) = try Self.fan(options(), in: decoder)
      self = .heNormal(mode: mode, activation: activation)
    case .heUniform:
      let (mode, activation) = try Self.fan(options(), in: decoder)
      self = .heUniform(mode: mode, activation: activation)
    case .leCunNormal: try none(); self = .leCunNormal
    case .leCunUniform: try none(); self = .leCunUniform
    case .orthogonal: self = .orthogonal(gain: try options(GainKey.gain).value(.gain, default: 1))
    case .pytorch: try none(); self = .pytorch
    }
  }

  private static func fan(
    _ options: LayerOptions<FanKey>, in decoder: any Decoder
  ) throws -> (FanMode, Nonlinearity) {
    let slope: Double? = try options.value(.slope, default: nil)
    let name = try options.value(.activation, default: slope == nil ? "relu" : "leaky-relu")
    guard var activation = Nonlinearity.named[name] else {
      let known = Nonlinearity.named.keys.sorted()
      throw NetworkError.text(
        place: decoder.place,
        problem: "there is no gain for \(name); \(advice(for: name, among: known, plural: "the activations"))"
      )
    }
    if let slope {
      guard case .leakyReLU = activation else {
        throw NetworkError.text(place: decoder.place, problem: "\(name) has no slope")
      }
      activation = .leakyReLU(slope: slope)
    }
    return (try options.value(.mode, default: .fanIn), activation)
  }

  /// Writes the text form.
  public func encode(to encoder: any Encoder) throws {
    func write<Key: CodingKey>(_ kind: Kind, _ values: [(Key, Double)]) throws {
      var container = encoder.container(keyedBy: Kind.self)
      var options = container.nestedContainer(keyedBy: Key.self, forKey: kind)
      for (key, value) in values { try options.encode(value, forKey: key) }
    }
    func write(_ kind: Kind) throws {
      var container = encoder.singleValueContainer()
      try container.encode(kind.rawValue)
    }
    func write(_ kind: Kind, _ mode: FanMode, _ activation: Nonlinearity) throws {
      var container = encoder.container(keyedBy: Kind.self)
      var options = container.nestedContainer(keyedBy: FanKey.self, forKey: kind)
      try options.encode(mode, forKey: .mode)
      try options.encode(activation.name, forKey: .activation)
      if case .leakyReLU(let slope) = activation { try options.encode(slope, forKey: .slope) }
    }
    switch self {
    case .constant(0): try write(.zeros)
    case .constant(1): try write(.ones)
    case .constant(let value): try write(.constant, [(ValueKey.value, Double(value))])
    case .normal(let std): try write(.normal, [(StdKey.std, std)])
    case .uniform(let bound): try write(.uniform, [(BoundKey.bound, bound)])
    case .truncatedNormal(let std, let low, let high):
      try write(.truncatedNormal, [(TruncationKey.std, std), (.low, low), (.high, high)])
    case .xavierNormal(let gain): try write(.xavierNormal, [(GainKey.gain, gain)])
    case .xavierUniform(let gain): try write(.xavierUniform, [(GainKey.gain, gain)])
    case .heNormal(let mode, let activation): try write(.heNormal, mode, activation)
    case .heUniform(let mode, let activation): try write(.heUniform, mode, activation)
    case .leCunNormal: try write(.leCunNormal)
    case .leCunUniform: try write(.leCunUniform)
    case .orthogonal(let gain): try write(.orthogonal, [(GainKey.gain, gain)])
    case .pytorch: try write(.pytorch)
    }
  }
}

extension Initializer {
  /// What is wrong with its options; nil where nothing is.
  var problem: String? {
    func check(_ name: String, _ value: Double) -> String? {
      value.isFinite && value >= 0 ? nil : "\(name) is a number of at least 0, not \(value)"
    }
    return switch self {
    case .constant(let value): value.isFinite ? nil : "the constant is a number, not \(value)"
    case .normal(let std): check("std", std)
    case .uniform(let bound): check("bound", bound)
    case .truncatedNormal(let std, let low, let high):
      check("std", std)
        ?? (low <= 0 && high >= 0 && high - low > 0 && (high - low).isFinite
          ? nil : "low is at most 0, high at least 0, and they differ; not \(low) and \(high)")
    case .xavierNormal(let gain), .xavierUniform(let gain), .orthogonal(let gain): check("gain", gain)
    case .heNormal(_, .leakyReLU(let slope)), .heUniform(_, .leakyReLU(let slope)):
      slope.isFinite ? nil : "slope is a number, not \(slope)"
    case .heNormal, .heUniform, .leCunNormal, .leCunUniform, .pytorch: nil
    }
  }
}

extension Nonlinearity {
  /// Those of the text form, by their names.
  static let named: [String: Nonlinearity] = Dictionary(
    uniqueKeysWithValues: ([.linear, .sigmoid, .tanh, .relu, .leakyReLU(), .selu] as [Nonlinearity]).map {
      ($0.name, $0)
    })

  var name: String {
    switch self {
    case .linear: "linear"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .relu: "relu"
    case .leakyReLU: "leaky-relu"
    case .selu: "selu"
    }
  }
}

extension Initializer: CustomStringConvertible {
  /// Such as `he-normal fan-out` or `normal 0.01`: the name and what is not the default.
  public var description: String {
    func named(_ name: String, _ value: Double, unless standard: Double? = nil) -> String {
      value == standard ? name : "\(name) \(value)"
    }
    func fan(_ name: String, _ mode: FanMode, _ activation: Nonlinearity) -> String {
      var words = [name, mode.rawValue]
      if activation != .relu { words.append(activation.name) }
      if case .leakyReLU(let slope) = activation { words.append("\(slope)") }
      return words.joined(separator: " ")
    }
    return switch self {
    case .constant(0): "zeros"
    case .constant(1): "ones"
    case .constant(let value): "constant \(value)"
    case .normal(let std): named("normal", std)
    case .uniform(let bound): named("uniform", bound)
    case .truncatedNormal(let std, let low, let high): "truncated-normal \(std) within \(low)...\(high)"
    case .xavierNormal(let gain): named("xavier-normal", gain, unless: 1)
    case .xavierUniform(let gain): named("xavier-uniform", gain, unless: 1)
    case .heNormal(let mode, let activation): fan("he-normal", mode, activation)
    case .heUniform(let mode, let activation): fan("he-uniform", mode, activation)
    case .leCunNormal: "lecun-normal"
    case .leCunUniform: "lecun-uniform"
    case .orthogonal(let gain): named("orthogonal", gain, unless: 1)
    case .pytorch: "pytorch"
    }
  }
}
