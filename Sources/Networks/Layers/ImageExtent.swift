/// A height and a width. A number alone is a square; in the text form `[H, W]` is any rectangle.
public struct ImageExtent: Equatable, Sendable, ExpressibleByIntegerLiteral {
  /// Rows and columns.
  public var height, width: Int

  /// A square.
  public init(_ size: Int) { (height, width) = (size, size) }

  /// A square.
  public init(integerLiteral size: Int) { self.init(size) }

  /// A rectangle.
  public init(height: Int, width: Int) { (self.height, self.width) = (height, width) }
}

extension ImageExtent: Codable {
  /// Reads a number or a list of two.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let size = try? value.decode(Int.self) {
      self.init(size)
    } else if let sizes = try? value.decode([Int].self), sizes.count == 2 {
      self.init(height: sizes[0], width: sizes[1])
    } else {
      throw NetworkError.text(
        place: decoder.place, problem: "expected a number of pixels, or [height, width]")
    }
  }

  /// Writes a number or a list of two.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    if height == width { try value.encode(height) } else { try value.encode([height, width]) }
  }
}
