/// Width and height in pixels.
///
/// In recipes a number means a square (`size: 224`) and a mapping anything else
/// (`size: {width: 320, height: 240}`).
public struct ImageSize: Hashable, Sendable {
  /// Width in pixels.
  public var width: Int
  /// Height in pixels.
  public var height: Int

  /// A size from its sides.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// A square with the given side.
  public static func square(_ side: Int) -> ImageSize { ImageSize(width: side, height: side) }

  /// The size of an image.
  public init(of image: PixelBuffer) {
    self.init(width: image.width, height: image.height)
  }

  /// The longest side that a recipe may ask for, in pixels: JPEG's own limit.
  public static let longestSide = 65_535

  var isValid: Bool { (1...Self.longestSide).contains(width) && (1...Self.longestSide).contains(height) }
}

extension ImageSize: ExpressibleByIntegerLiteral {
  /// A square, so that `RandomCrop(28)` reads as in papers.
  public init(integerLiteral side: Int) {
    self = .square(side)
  }
}

extension ImageSize: CustomStringConvertible {
  /// Width x height, as in "320x240".
  public var description: String { "\(width)x\(height)" }
}

extension ImageSize: Codable {
  private enum CodingKeys: String, CodingKey { case width, height }

  /// Reads a number (a square) or a mapping of `width` and `height`.
  public init(from decoder: any Decoder) throws {
    if let side = try? decoder.singleValueContainer().decode(Int.self) {
      self = .square(side)
    } else {
      let sides = try decoder.container(keyedBy: CodingKeys.self)
      width = try sides.decode(Int.self, forKey: .width)
      height = try sides.decode(Int.self, forKey: .height)
    }
  }

  /// Writes a square as a number and anything else as a mapping.
  public func encode(to encoder: any Encoder) throws {
    if width == height {
      var container = encoder.singleValueContainer()
      try container.encode(width)
    } else {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(width, forKey: .width)
      try container.encode(height, forKey: .height)
    }
  }
}
