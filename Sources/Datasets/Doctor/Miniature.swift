import Pixels

/// An image in little: every value is the exact mean of the area that it covers, so that the same picture in another
/// size has the same one, to within rounding.
enum Miniature {
  /// Makes the image smaller (or larger) to a width and height in pixels.
  static func of(_ image: PixelBuffer, width: Int, height: Int) -> PixelBuffer {
    let channels = image.channels
    let columns = Axis(from: image.width, to: width)
    let rows = Axis(from: image.height, to: height)
    var sums = [UInt64](repeating: 0, count: width * height * channels)
    var line = [UInt64](repeating: 0, count: width * channels)
    let bytes = image.bytes.span
    for y in 0..<image.height {
      for index in line.indices { line[index] = 0 }
      for x in 0..<image.width {
        let source = (y * image.width + x) * channels
        for part in columns.parts[x] {
          for channel in 0..<channels {
            line[part.place * channels + channel] &+= UInt64(bytes[source + channel]) &* part.share
          }
        }
      }
      for part in rows.parts[y] {
        let start = part.place * line.count
        for index in line.indices { sums[start + index] &+= line[index] &* part.share }
      }
    }
    // Shares add up to the length of the source on each axis.
    let area = UInt64(image.width * image.height)
    return PixelBuffer(
      width: width, height: height, channels: channels,
      bytes: sums.map { UInt8(truncatingIfNeeded: ($0 + area / 2) / area) })
  }

  /// Which places of a shorter axis every place of a longer one falls on, and how far.
  private struct Axis {
    struct Part {
      let place: Int
      let share: UInt64
    }

    let parts: [[Part]]

    init(from source: Int, to target: Int) {
      // A place is `target` long on the source's side and `source` long on the other.
      parts = (0..<source).map { index in
        let (start, end) = (index * target, (index + 1) * target)
        return (start / source...(end - 1) / source).map { place in
          Part(
            place: place, share: UInt64(min(end, (place + 1) * source) - max(start, place * source)))
        }
      }
    }
  }
}
