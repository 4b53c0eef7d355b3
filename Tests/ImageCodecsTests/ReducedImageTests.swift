import ImageCodecs
import Pixels
import TestSupport
import Testing

/// JPEG images that are decoded at a half, a quarter or an eighth of their size.
@Suite struct ReducedImageTests {
  private static let files = [
    "region-444.jpg", "region-422.jpg", "region-420.jpg", "region-420-progressive.jpg", "region-grey.jpg",
    "region-cmyk.jpg",
  ]

  private func decoded(_ data: [UInt8], _ part: ImagePart) throws -> PixelBuffer {
    var image = PixelBuffer(width: 1, height: 1, channels: 1)
    try ImageCodec.decode(data, into: &image, name: "image", part: { _ in part })
    return image
  }

  /// The mean of what each pixel stands for.
  private func means(of image: PixelBuffer, divisor: Int) -> PixelBuffer {
    let part = ImagePart(divisor: divisor)
    var reduced = PixelBuffer(
      width: part.reduced(image.width), height: part.reduced(image.height), channels: image.channels)
    for y in 0..<reduced.height {
      for x in 0..<reduced.width {
        let columns = (x * divisor..<(x + 1) * divisor).clamped(to: 0..<image.width)
        let rows = (y * divisor..<(y + 1) * divisor).clamped(to: 0..<image.height)
        for channel in 0..<image.channels {
          let sum = rows.reduce(0) { sum, row in columns.reduce(sum) { $0 + Int(image[$1, row, channel]) } }
          reduced[x, y, channel] = UInt8(sum / (rows.count * columns.count))
        }
      }
    }
    return reduced
  }

  @Test(arguments: files, ImagePart.divisors) func pixelsAreNearTheMeans(name: String, divisor: Int) throws {
    let data = try Fixtures.bytes(name)
    let reduced = try decoded(data, ImagePart(divisor: divisor))
    let expected = means(of: try decoded(data, ImagePart()), divisor: divisor)
    #expect(reduced.width == expected.width && reduced.height == expected.height)
    let difference = zip(reduced.bytes, expected.bytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    // The fixtures are mostly noise, of which libjpeg blurs the colours of 4:2:2 more than those of the others.
    #expect(difference <= 20 * expected.bytes.count, "\(Double(difference) / Double(expected.bytes.count))")
  }

  @Test(arguments: files, ImagePart.divisors)
  func regionsAreThoseOfTheWholeReducedImage(name: String, divisor: Int) throws {
    let data = try Fixtures.bytes(name)
    let whole = try decoded(data, ImagePart(divisor: divisor))
    for x in [0, 1, whole.width / 2] {
      for y in [0, 1, whole.height / 3] {
        for (width, height) in [(1, 1), (whole.width - x, 2), (3, whole.height - y)] {
          let region = PixelRegion(
            x: x, y: y, width: min(width, whole.width - x), height: min(height, whole.height - y))
          let part = try decoded(data, ImagePart(region: region, divisor: divisor))
          #expect(part == whole.cropped(to: region), "\(region)")
        }
      }
    }
  }

  @Test(arguments: 1...8) func reducedImagesAreUpright(number: Int) throws {
    let data = try Fixtures.bytes("orientation\(number).jpg")
    let whole = try decoded(data, ImagePart())
    let reduced = try decoded(data, ImagePart(divisor: 2))
    #expect(reduced.width == (whole.width + 1) / 2 && reduced.height == (whole.height + 1) / 2)
  }
}
