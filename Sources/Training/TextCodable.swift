/// A value that options and configurations write as a text.
public protocol TextCodable: Codable, CustomStringConvertible {
  /// What the texts look like, for messages.
  static var forms: String { get }

  /// The value that a text states; nil where it states none.
  init?(_ text: String)
}

extension TextCodable {
  /// Reads the text. Throws `DecodingError` for one that states no value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Self(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected \(Self.forms)")
    }
    self = value
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
