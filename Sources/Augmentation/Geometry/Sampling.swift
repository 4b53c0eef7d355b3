/// How a warp finds a value between pixels.
public enum Interpolation: String, Codable, CaseIterable, Sendable {
  /// The nearest pixel.
  case nearest
  /// The four nearest pixels, weighted linearly.
  case bilinear
  /// The sixteen nearest pixels, weighted by Keys' cubic with a = -0.75, as PyTorch and OpenCV do.
  case bicubic

  static let names = "nearest, bilinear or bicubic"
}

/// What lies beyond the border of an image.
public enum Border: String, Codable, CaseIterable, Sendable {
  /// One value in every channel: the fill.
  case constant
  /// The outermost pixel, again and again.
  case edge
  /// The image mirrored at its outermost pixels, which are not repeated.
  case reflect
  /// The image again and again.
  case wrap

  static let names = "constant, edge, reflect or wrap"

  /// The index within the image that a border other than ``constant`` takes for any index.
  @inline(__always)
  func index(_ index: Int, count: Int) -> Int {
    if UInt(bitPattern: index) < UInt(bitPattern: count) { return index }
    switch self {
    case .constant, .edge: return min(max(index, 0), count - 1)
    case .reflect:
      if count == 1 { return 0 }
      let place = Self.remainder(index, 2 * (count - 1))
      return place < count ? place : 2 * (count - 1) - place
    case .wrap: return Self.remainder(index, count)
    }
  }

  private static func remainder(_ value: Int, _ divisor: Int) -> Int {
    let remainder = value % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

/// How a warp reads the image: between its pixels and beyond its border.
public struct Sampling: Codable, Equatable, Sendable {
  /// How values between pixels are found.
  public let interpolation: Interpolation
  /// What lies beyond the border.
  public let border: Border
  /// The value beyond a constant border, in every channel.
  public let fill: UInt8

  /// A way to read an image; bilinear, with black beyond the border, by default.
  public init(interpolation: Interpolation = .bilinear, border: Border = .constant, fill: UInt8 = 0) {
    self.interpolation = interpolation
    self.border = border
    self.fill = fill
  }
}

/// A transform that reads the image between its pixels and beyond its border.
protocol SamplingTransform: Transform {
  /// How values between pixels are found.
  var interpolation: Interpolation { get }
  /// What lies beyond the border.
  var border: Border { get }
  /// The value beyond a constant border, in every channel.
  var fill: UInt8 { get }
}

extension SamplingTransform {
  /// How the image is read.
  var sampling: Sampling { Sampling(interpolation: interpolation, border: border, fill: fill) }
}

extension RecipeOptions {
  func interpolation(_ key: Key) throws(AugmentationError) -> Interpolation {
    try value(key, default: .bilinear, expected: Interpolation.names)
  }

  func border(_ key: Key, default standard: Border = .constant) throws(AugmentationError) -> Border {
    try value(key, default: standard, expected: Border.names)
  }

  func fill(_ key: Key) throws(AugmentationError) -> UInt8 {
    try value(key, default: 0, expected: "a whole number of 0 to 255")
  }
}
