/// Rows and columns added around an image.
public struct Pad: Layer {
  public static let kind = "pad"

  /// How many, on each side.
  public var sides: Sides
  /// What they hold.
  public var mode: PaddingMode

  /// Creates a padding.
  public init(_ sides: Sides, mode: PaddingMode = .zeros) {
    self.sides = sides
    self.mode = mode
  }

  public func outputShape(
    for input: ActivationShape, name: String
  ) throws(NetworkError) -> ActivationShape {
    guard case .image(let channels, let height, let width) = input else {
      throw .shape(layer: name, expected: "images", got: input)
    }
    try mode.check(sides, around: input, name: name)
    return .image(
      channels: channels, height: height + sides.top + sides.bottom, width: width + sides.left + sides.right)
  }

  public func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value {
    try plan.pad(input, sides, mode, name: name)
  }
}

/// Pixels on each side of an image. In the text form a number alone is the same on every side, or they are
/// `[left, right, top, bottom]`, PyTorch's order.
public struct Sides: Equatable, Sendable, ExpressibleByIntegerLiteral {
  /// Columns on the left and on the right, rows at the top and at the bottom.
  public var left, right, top, bottom: Int

  /// As many on every side.
  public init(_ pixels: Int) { (left, right, top, bottom) = (pixels, pixels, pixels, pixels) }

  /// As many on every side.
  public init(integerLiteral pixels: Int) { self.init(pixels) }

  /// So many on each side.
  public init(left: Int, right: Int, top: Int, bottom: Int) {
    (self.left, self.right, self.top, self.bottom) = (left, right, top, bottom)
  }
}

/// What padding holds; PyTorch's names.
public enum PaddingMode: String, Codable, Sendable, CaseIterable, Choice {
  /// Zeros.
  case zeros
  /// The image's own rows and columns, mirrored at the outermost ones, which do not come twice.
  case reflect
  /// The outermost row or column, again and again.
  case replicate
  /// The rows and columns of the other end.
  case circular

  /// Which row or column of an image of `size` stands at `place`, counted from the image's first; nil for zeros.
  package func source(_ place: Int, of size: Int) -> Int? {
    if (0..<size).contains(place) { return place }
    return switch self {
    case .zeros: nil
    case .reflect: place < 0 ? -place : 2 * (size - 1) - place
    case .replicate: place < 0 ? 0 : size - 1
    case .circular: place < 0 ? place + size : place - size
    }
  }

  /// Whether an image is large enough.
  /// - Throws: ``NetworkError/shape(layer:expected:got:)`` where it has not the rows or columns to copy.
  func check(_ sides: Sides, around input: ActivationShape, name: String) throws(NetworkError) {
    guard case .image(_, let height, let width) = input else {
      throw .shape(layer: name, expected: "images", got: input)
    }
    let (rows, columns) = (max(sides.top, sides.bottom), max(sides.left, sides.right))
    guard min(sides.top, sides.bottom) >= 0, min(sides.left, sides.right) >= 0 else {
      throw .setting(layer: name, problem: "padding is at least 0 on every side")
    }
    // Rows and columns to copy, and those that do not come twice.
    let more = self == .reflect ? 1 : 0
    let copies = self == .reflect || self == .circular
    guard !copies || (height >= rows + more && width >= columns + more) else {
      throw .shape(
        layer: name, expected: "at least \(rows + more)x\(columns + more) pixels for \(rawValue) padding",
        got: input)
    }
  }
}

extension Pad {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case sides = "padding"
    case mode
  }

  /// Reads the options; those with defaults may be left out.
  public init(from decoder: any Decoder) throws {
    let options = try LayerOptions<CodingKeys>(decoder, of: Self.kind, main: .sides)
    self.init(try options.value(.sides), mode: try options.value(.mode, default: .zeros))
  }
}

extension Sides: Codable {
  /// Reads a number or a list of four.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let pixels = try? value.decode(Int.self) {
      self.init(pixels)
    } else if let sides = try? value.decode([Int].self), sides.count == 4 {
      self.init(left: sides[0], right: sides[1], top: sides[2], bottom: sides[3])
    } else {
      throw NetworkError.text(
        place: decoder.place, problem: "expected a number of pixels, or [left, right, top, bottom]")
    }
  }

  /// Writes a number or a list of four.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    if self == Sides(left) { try value.encode(left) } else { try value.encode([left, right, top, bottom]) }
  }
}
