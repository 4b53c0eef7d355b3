import Pixels

/// How stored pixels must be turned to be shown upright: the values of the EXIF tag Orientation
/// (CIPA DC-008, tag 0x0112).
public enum ImageOrientation: UInt8, Codable, CaseIterable, Sendable {
  /// As stored.
  case upright = 1
  /// Mirrored left to right.
  case mirrored = 2
  /// Turned by 180 degrees.
  case turned180 = 3
  /// Mirrored top to bottom.
  case flipped = 4
  /// Mirrored along the diagonal from the top left.
  case transposed = 5
  /// To be turned by 90 degrees clockwise.
  case turned90 = 6
  /// Mirrored along the diagonal from the top right.
  case transversed = 7
  /// To be turned by 90 degrees anticlockwise.
  case turned270 = 8

  /// Whether width and height change places.
  public var swapsAxes: Bool { rawValue >= 5 }
}

extension PixelBuffer {
  /// The image turned upright.
  func turned(by orientation: ImageOrientation) -> PixelBuffer {
    if orientation == .upright { return self }
    // Pixel (x, y) of the result is stored at index origin + x * stepX + y * stepY.
    let (right, down) = (width - 1, (height - 1) * width)
    let (origin, stepX, stepY) =
      switch orientation {
      case .upright: (0, 1, width)
      case .mirrored: (right, -1, width)
      case .turned180: (right + down, -1, -width)
      case .flipped: (down, 1, -width)
      case .transposed: (0, width, 1)
      case .turned90: (down, -width, 1)
      case .transversed: (right + down, -width, -1)
      case .turned270: (right, width, -1)
      }
    let newWidth = orientation.swapsAxes ? height : width
    let newHeight = orientation.swapsAxes ? width : height
    let turned = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
      bytes.withUnsafeBufferPointer { source in
        var written = 0
        for y in 0..<newHeight {
          var read = (origin + y * stepY) * channels
          for _ in 0..<newWidth {
            for channel in 0..<channels { target[written + channel] = source[read + channel] }
            written += channels
            read += stepX * channels
          }
        }
        count = written
      }
    }
    return PixelBuffer(width: newWidth, height: newHeight, channels: channels, bytes: turned)
  }
}
