import Names

/// The options of a layer in the text form: a mapping in which those with defaults may be left out, or one value
/// alone for the layer's main option, as in `dense: 10`. The layer's kind alone states no options.
///
/// What is wrong is a ``NetworkError`` that says where, as in `layers.3.conv2d: …`.
struct LayerOptions<Key: CodingKey & CaseIterable> {
  /// Where the layer is in the text.
  let place: String
  /// Nil where there is no mapping.
  private let mapping: KeyedDecodingContainer<Key>?
  /// The value that stands alone, and the option that it is for.
  private let alone: (value: any SingleValueDecodingContainer, key: Key)?

  /// Reads what stands under a layer's kind.
  /// - Parameter main: the option that a value alone is for.
  init(_ decoder: any Decoder, of kind: String, main: Key? = nil) throws {
    place = decoder.codingPath.last?.stringValue == kind ? decoder.place : decoder.place(of: kind)
    if let keys = decoder.writtenKeys {
      let known = Key.allCases.map(\.stringValue)
      if let unknown = keys.first(where: { !known.contains($0) }) {
        throw NetworkError.unknownOption(place: place, name: unknown, known: known)
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
      throw NetworkError.text(place: place, problem: "expected a mapping of options")
    }
  }

  /// An option's value, or its default.
  func value<Value: Decodable>(_ key: Key, default: Value) throws -> Value {
    do {
      if let alone, alone.key.stringValue == key.stringValue { return try alone.value.decode(Value.self) }
      return try mapping?.decodeIfPresent(Value.self, forKey: key) ?? `default`
    } catch let error as DecodingError {
      guard let expected = error.expected(Value.self) else { throw error }
      throw NetworkError.text(place: place, problem: "\(key.stringValue) must be \(expected)")
    }
  }

  /// The value of an option that has no default.
  func value<Value: Decodable>(_ key: Key) throws -> Value {
    guard let value: Value = try self.value(key, default: nil) else {
      throw NetworkError.text(place: place, problem: "\(key.stringValue) is missing")
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

extension Decoder {
  /// Where in the text it is, such as `layers.3.conv2d`; `network` at the top.
  var place: String {
    codingPath.isEmpty ? "network" : codingPath.map(\.name).joined(separator: ".")
  }

  /// Where a part of it is.
  func place(of part: String) -> String { (codingPath.map(\.name) + [part]).joined(separator: ".") }
}

extension CodingKey {
  /// An index as a number, a key as it is written.
  fileprivate var name: String { intValue.map(String.init) ?? stringValue }
}

extension DecodingError {
  /// What should have been there instead, where an option's own value is at fault and not something within it.
  fileprivate func expected<Value>(_ type: Value.Type) -> String? {
    if case .dataCorrupted(let context) = self, context.underlyingError != nil { return nil }
    return switch type {
    case is Int.Type, is Int?.Type: "a whole number"
    case is Float.Type, is Double.Type, is Float?.Type, is Double?.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type, is String?.Type: "a text"
    case let choice as any Choice.Type: "one of \(choice.names.joined(separator: ", "))"
    default: nil
    }
  }
}

/// One of a few words.
protocol Choice {
  static var names: [String] { get }
}

extension Choice where Self: CaseIterable & RawRepresentable, RawValue == String {
  static var names: [String] { allCases.map(\.rawValue) }
}
