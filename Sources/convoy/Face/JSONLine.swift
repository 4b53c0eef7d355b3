import Foundation

/// Values as JSON, one object a line, keys in code point order so that lines compare.
enum JSONLine {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// A line of `--json`: the body's keys and one more, `"event"`, that says what it is.
struct JSONEvent<Body: Encodable>: Encodable {
  let event: String
  let body: Body

  private enum Key: String, CodingKey { case event }

  func encode(to encoder: any Encoder) throws {
    try body.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(event, forKey: .event)
  }
}
