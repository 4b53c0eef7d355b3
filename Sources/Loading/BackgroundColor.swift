/// What lies behind transparent pixels, as people and files state it.
public struct BackgroundColor: Hashable, Codable, Sendable, CustomStringConvertible {
  /// Red, green and blue, 0 to 255.
  public let components: [UInt8]

  /// White.
  public static let white = BackgroundColor(red: 255, green: 255, blue: 255)

  /// What a text may be.
  public static let forms = "white, black, gray, or RED,GREEN,BLUE, each 0 to 255"

  private static let names: [String: BackgroundColor] = [
    "white": .white, "black": BackgroundColor(red: 0, green: 0, blue: 0),
    "gray": BackgroundColor(red: 128, green: 128, blue: 128),
  ]

  /// A color.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    components = [red, green, blue]
  }

  /// The color that a text states, or nil: one of ``forms``.
  public init?(_ text: String) {
    if let named = Self.names[text] {
      self = named
      return
    }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
      UInt8(String($0).trimmingPrefix { $0 == " " })
    }
    guard parts.count == 3, let red = parts[0], let green = parts[1], let blue = parts[2] else { return nil }
    self.init(red: red, green: green, blue: blue)
  }

  /// The color's name where it has one, else red, green and blue.
  public var description: String {
    Self.names.first { $0.value == self }?.key ?? components.map(String.init).joined(separator: ",")
  }

  /// Throws `DecodingError` for a text that states no color.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let color = BackgroundColor(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(text)\" is no color; expected \(Self.forms)")
    }
    self = color
  }

  /// Writes the description.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
