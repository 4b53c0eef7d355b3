internal import CPixels

/// One of the eight ways to turn and mirror a square.
public enum SquareSymmetry: String, Codable, CaseIterable, Sendable {
  /// As it is.
  case identity
  /// A quarter turn counter-clockwise.
  case quarterTurn = "quarter_turn"
  /// Upside down by half a turn.
  case halfTurn = "half_turn"
  /// A quarter turn clockwise.
  case threeQuarterTurn = "three_quarter_turn"
  /// Left becomes right.
  case horizontalFlip = "horizontal_flip"
  /// The upper row becomes the lowest.
  case verticalFlip = "vertical_flip"
  /// Rows become columns.
  case transpose
  /// Rows become columns, mirrored at the other diagonal.
  case antiTranspose = "anti_transpose"

  /// Whether width and height change places.
  var swapsSides: Bool {
    switch self {
    case .identity, .halfTurn, .horizontalFlip, .verticalFlip: false
    case .quarterTurn, .threeQuarterTurn, .transpose, .antiTranspose: true
    }
  }
}

/// An image turned and mirrored without any loss.
public struct Reorientation: TransformPlan {
  /// How.
  public let symmetry: SquareSymmetry

  /// A way to turn and mirror.
  public init(_ symmetry: SquareSymmetry) {
    self.symmetry = symmetry
  }

  /// The sides, which a quarter turn and a transposition swap.
  public func outputSize(for size: ImageSize) -> ImageSize {
    symmetry.swapsSides ? ImageSize(width: size.height, height: size.width) : size
  }

  /// Copies every pixel to its new place.
  public func apply(to image: inout PixelBuffer) throws(AugmentationError) {
    switch symmetry {
    case .identity: return
    case .horizontalFlip: image.mirror()
    case .verticalFlip: image.reverseRows()
    default: move(&image)
    }
  }

  private func move(_ image: inout PixelBuffer) {
    let (width, channels) = (image.width, image.channels)
    let last = width * image.height - 1
    // Where the first pixel of the result comes from, and how far the sources of neighbours lie apart.
    let (start, across, down) =
      switch symmetry {
      case .identity: (0, 1, width)
      case .quarterTurn: (width - 1, width, -1)
      case .halfTurn: (last, -1, -width)
      case .threeQuarterTurn: (last - width + 1, -width, 1)
      case .horizontalFlip: (width - 1, -1, width)
      case .verticalFlip: (last - width + 1, 1, -width)
      case .transpose: (0, width, 1)
      case .antiTranspose: (last, -width, -1)
      }
    let after = outputSize(for: ImageSize(of: image))
    // Raw memory, entered once: the sources of all pixels are those of the image, each once.
    image.replace(width: after.width, height: after.height) { source, target, _ in
      guard let source = source.baseAddress, let target = target.baseAddress else { return }
      let move = Move(source: source, target: target, size: after, start: start, across: across, down: down)
      switch channels {
      case 1: move.copy(channels: 1)
      case 3: move.copy(channels: 3)
      default: move.copy(channels: 4)
      }
    }
  }
}

extension PixelBuffer {
  /// The upper row becomes the lowest.
  fileprivate mutating func reverseRows() {
    let (length, lines) = (width * channels, height)
    replace(width: width, height: height) { source, target, _ in
      cp_reverse_rows(source.baseAddress, target.baseAddress, length, lines)
    }
  }
}

/// The copy of pixels at constant distances.
private struct Move {
  let source: UnsafePointer<UInt8>
  let target: UnsafeMutablePointer<UInt8>
  let size: ImageSize
  let start, across, down: Int

  /// Tiles of 32x32 pixels, so that columns that become rows stay in the cache.
  @inline(__always)
  func copy(channels: Int) {
    for top in stride(from: 0, to: size.height, by: 32) {
      for left in stride(from: 0, to: size.width, by: 32) {
        for row in top..<min(top + 32, size.height) {
          var input = source + (start + row * down + left * across) * channels
          var output = target + (row * size.width + left) * channels
          for _ in left..<min(left + 32, size.width) {
            for channel in 0..<channels { output[channel] = input[channel] }
            input += across &* channels
            output += channels
          }
        }
      }
    }
  }
}
