/// The shape of what flows between layers, for one image.
public enum ActivationShape: Equatable, Hashable, Sendable, CustomStringConvertible {
  /// Channels, height and width.
  case image(channels: Int, height: Int, width: Int)
  /// Features without a place.
  case vector(Int)

  /// How many values it has.
  public var count: Int {
    switch self {
    case .image(let channels, let height, let width): channels * height * width
    case .vector(let count): count
    }
  }

  /// Channels of an image, features of a vector.
  public var channels: Int {
    switch self {
    case .image(let channels, _, _): channels
    case .vector(let count): count
    }
  }

  /// Pixels of an image, 1 for a vector.
  public var pixels: Int { count / channels }

  /// Such as `32x28x28` or `128`.
  public var description: String {
    switch self {
    case .image(let channels, let height, let width): "\(channels)x\(height)x\(width)"
    case .vector(let count): "\(count)"
    }
  }

  /// The dimensions of a mini-batch of it: `[N, C, H, W]` or `[N, C]`.
  func dimensions(batch: Int) -> [Int] {
    switch self {
    case .image(let channels, let height, let width): [batch, channels, height, width]
    case .vector(let count): [batch, count]
    }
  }
}

/// The size of the images that a network takes.
public struct InputShape: Codable, Hashable, Sendable {
  /// 1 for grey, 3 for colour.
  public var channels: Int
  /// Height and width in pixels.
  public var height, width: Int

  /// Images of the given size.
  public static func image(channels: Int, height: Int, width: Int) -> InputShape {
    InputShape(channels: channels, height: height, width: width)
  }

  /// The same as what flows into the first layer.
  public var activation: ActivationShape { .image(channels: channels, height: height, width: width) }
}
