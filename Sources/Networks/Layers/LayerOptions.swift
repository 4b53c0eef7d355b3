/// The options of a layer in the text form: a mapping in which those with defaults may be left out, or one value
/// alone for the layer's main option, as in `dense: 10`. The layer's kind alone states no options.
struct LayerOptions<Key: CodingKey & CaseIterable> {
  private let kind: String
  /// Nil where there is no mapping.
  private let mapping: KeyedDecodingContainer<Key>?
  /// The value that stands alone, and the option that it is for.
  private let alone: (value: any SingleValueDecodingContainer, key: Key)?

  /// Reads what stands under a layer's kind.
  /// - Parameter main: the option that a value alone is for.
  /// - Throws: ``NetworkError/setting(layer:problem:)`` for options that the layer does not have.
  init(_ decoder: any Decoder, of kind: String, main: Key? = nil) throws {
    self.kind = kind
    if let keys = try? decoder.container(keyedBy: AnyTextKey.self).allKeys.map(\.stringValue).sorted() {
      let known = Key.allCases.map(\.stringValue)
      if let unknown = keys.first(where: { !known.contains($0) }) {
        let list = known.isEmpty ? "it has no options" : "its options are \(known.joined(separator: ", "))"
        throw NetworkError.setting(layer: kind, problem: "unknown option \(unknown); \(list)")
      }
      mapping = try decoder.container(keyedBy: Key.self)
      alone = nil
      return
    }
    mapping = nil
    let value = try decoder.singleValueContainer()
    if value.decodeNil() || (try? value.decode(String.self)) == kind {
      alone = nil
    } else if let main {
      alone = (value, main)
    } else {
      throw NetworkError.setting(layer: kind, problem: "expected a mapping of options")
    }
  }

  /// An option's value, or its default.
  func value<Value: Decodable>(_ key: Key, default: Value) throws -> Value {
    if let alone, alone.key.stringValue == key.stringValue { return try alone.value.decode(Value.self) }
    return try mapping?.decodeIfPresent(Value.self, forKey: key) ?? `default`
  }

  /// The value of an option that has no default.
  func value<Value: Decodable>(_ key: Key) throws -> Value {
    guard let value: Value = try self.value(key, default: nil) else {
      throw NetworkError.setting(layer: kind, problem: "\(key.stringValue) is missing")
    }
    return value
  }
}

/// The options of a layer without any.
enum NoOptions: String, CodingKey, CaseIterable {
  case none = ""
  static let allCases: [NoOptions] = []
}

/// A layer without options.
protocol OptionlessLayer: Layer {
  init()
}

extension OptionlessLayer {
  /// Reads that there are no options.
  public init(from decoder: any Decoder) throws {
    _ = try LayerOptions<NoOptions>(decoder, of: Self.kind)
    self.init()
  }
}

/// Any key of a mapping.
struct AnyTextKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ string: String) { stringValue = string }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}
