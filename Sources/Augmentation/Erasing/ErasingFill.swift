/// What comes into the place of what is erased. Alpha stays.
///
/// In recipes a number of 0 to 255, or `noise`.
public enum ErasingFill: Equatable, Sendable {
  /// One value in every channel.
  case value(UInt8)
  /// A random value in each channel of each pixel, uniform in 0...255.
  case noise

  static let names = "a whole number of 0 to 255, or noise"
}

extension ErasingFill: ExpressibleByIntegerLiteral {
  /// One value in every channel.
  public init(integerLiteral value: UInt8) { self = .value(value) }
}

extension ErasingFill: Codable {
  /// Reads a number or `noise`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(UInt8.self) {
      self = .value(value)
    } else if try container.decode(String.self) == "noise" {
      self = .noise
    } else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "neither a number nor noise")
    }
  }

  /// Writes a number or `noise`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .value(let value): try container.encode(value)
    case .noise: try container.encode("noise")
    }
  }
}

/// Rectangles of an image erased.
public struct Erasure: TransformPlan {
  /// A rectangle: its left column and upper row, and its sides, in pixels.
  public struct Box: Codable, Equatable, Sendable {
    /// The left column and the upper row.
    public let x, y: Int
    /// The sides in pixels.
    public let width, height: Int
  }

  /// The rectangles, one after the other.
  public let boxes: [Box]
  /// What comes into their place.
  public let fill: ErasingFill
  /// What noise is drawn from.
  public let seed: UInt32

  /// Fills every rectangle. Alpha stays.
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    let (columns, rows) = (0...image.width, 0...image.height)
    for box in boxes {
      guard columns.contains(box.x), rows.contains(box.y), columns.contains(box.width),
        rows.contains(box.height), box.x + box.width <= image.width, box.y + box.height <= image.height
      else {
        throw .planMismatch(
          expected: "a box within \(ImageSize(of: image))",
          got: "\(box.width)x\(box.height) at \(box.x), \(box.y)")
      }
    }
    erase(&image)
  }

  private func erase(_ image: inout PixelBuffer) {
    if case .value(let value) = fill {
      for box in boxes { image.fill(x: box.x, y: box.y, width: box.width, height: box.height, with: value) }
      return
    }
    var noise = RandomStream(SampleKey(seed: UInt64(seed), sample: 0), path: "Erasure")
    let (width, channels) = (image.width, image.channels)
    image.unshare()
    var bytes = image.bytes.mutableSpan
    for box in boxes {
      for row in box.y..<box.y + box.height {
        for column in box.x..<box.x + box.width {
          let pixel = (row * width + column) * channels
          let word = noise.next()
          for channel in 0..<min(channels, 3) {
            bytes[pixel + channel] = UInt8(truncatingIfNeeded: word >> UInt32(8 * channel))
          }
        }
      }
    }
  }
}
