/// The height and width that images get before they enter the network, in pixels.
///
/// Written as one number for squares (`32`) or as `HEIGHTxWIDTH` (`32x48`), in configuration files and flags.
public struct InputSize: Hashable, Sendable {
  /// Height in pixels.
  public var height: Int
  /// Width in pixels.
  public var width: Int

  /// A size of its own height and width.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// A square.
  public init(_ side: Int) {
    self.init(height: side, width: side)
  }

  /// The size that a text states, `"32"` or `"32x48"`; nil when it states none.
  public init?(_ text: String) {
    let sides = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard let height = sides[0], let width = sides[sides.count - 1], (1...2).contains(sides.count) else {
      return nil
    }
    self.init(height: height, width: width)
  }
}

extension InputSize: CustomStringConvertible {
  /// `"32"` for squares, else `"32x48"`.
  public var description: String { height == width ? "\(height)" : "\(height)x\(width)" }
}

extension InputSize: Codable {
  /// Reads a number or a text. Throws `DecodingError` for anything else.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let side = try? container.decode(Int.self) {
      self.init(side)
    } else if let size = InputSize(try container.decode(String.self)) {
      self = size
    } else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a size such as 32 or 32x48 (height x width)")
    }
  }

  /// Writes a number for squares, else a text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if height == width { try container.encode(height) } else { try container.encode(description) }
  }
}
