import Foundation
import Yams

/// The value of an option as a person writes it in YAML: a scalar's text, a list or a mapping.
public indirect enum OptionValue: Hashable, Sendable {
  /// A number, a text, `true` or `false`, by its text.
  case scalar(String)
  /// A list.
  case list([OptionValue])
  /// A mapping, in the order in which it is written.
  case mapping([Entry])

  /// A key of a mapping with its value.
  public struct Entry: Hashable, Sendable {
    /// The key.
    public var key: String
    /// Its value.
    public var value: OptionValue
  }
}

extension OptionValue {
  /// The value of a YAML node; nil for an alias, which YAML's composer leaves where it points nowhere.
  init?(_ node: Node) {
    switch node {
    case .scalar(let scalar): self = .scalar(scalar.string)
    case .sequence(let nodes):
      let values = nodes.compactMap(OptionValue.init)
      if values.count != nodes.count { return nil }
      self = .list(values)
    case .mapping(let pairs):
      let entries = pairs.compactMap { key, value in
        key.string.flatMap { name in OptionValue(value).map { Entry(key: name, value: $0) } }
      }
      if entries.count != pairs.count { return nil }
      self = .mapping(entries)
    default: return nil
    }
  }

  /// The value as a YAML node.
  var node: Node {
    switch self {
    case .scalar(let text): Node(text)
    case .list(let values): Node(values.map(\.node))
    case .mapping(let entries): Node(entries.map { (Node($0.key), $0.value.node) })
    }
  }

  /// The value with another one in the place that a path of keys leads to. A text on the way is the name of a
  /// mapping: `step` becomes `{name: step}`, so that its other keys have a place.
  func setting(_ value: OptionValue, at path: ArraySlice<String>) -> OptionValue {
    guard let key = path.first else { return value }
    var entries: [Entry] =
      switch self {
      case .mapping(let entries): entries
      case .scalar(let text): [Entry(key: "name", value: .scalar(text))]
      case .list: []
      }
    let index = entries.firstIndex { $0.key == key }
    let before = index.map { entries[$0].value } ?? .mapping([])
    let entry = Entry(key: key, value: before.setting(value, at: path.dropFirst()))
    if let index { entries[index] = entry } else { entries.append(entry) }
    return .mapping(entries)
  }

  /// The value in the place that a path of keys leads to; nil where there is none.
  func value(at path: ArraySlice<String>) -> OptionValue? {
    guard let key = path.first else { return self }
    guard case .mapping(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value.value(at: path.dropFirst())
  }
}

extension OptionValue: CustomStringConvertible {
  /// On one line, as YAML's flow style writes it.
  public var description: String {
    switch self {
    case .scalar(let text): text
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }
}

extension OptionValue: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Writes numbers, `true` and `false` as such, other scalars as texts.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .scalar(let text):
      var container = encoder.singleValueContainer()
      if let whole = Int(text) {
        try container.encode(whole)
      } else if let number = Double(text), number.isFinite {
        try container.encode(number)
      } else if text == "true" || text == "false" {
        try container.encode(text == "true")
      } else {
        try container.encode(text)
      }
    case .list(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(value) }
    case .mapping(let entries):
      var container = encoder.container(keyedBy: Key.self)
      for entry in entries { try container.encode(entry.value, forKey: Key(stringValue: entry.key)) }
    }
  }
}
