import ImageCodecs
import Pixels
import TestSupport
import Testing

/// What is written reads back.
@Suite struct EncodingTests {
  /// Smooth colours, as photographs have.
  private func gradient(width: Int, height: Int, channels: Int) -> PixelBuffer {
    var image = PixelBuffer(width: width, height: height, channels: channels)
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<channels {
          image[x, y, channel] = UInt8((x * (3 + channel) + y * (5 - channel) + 7 * (x * y % 5)) % 256)
        }
      }
    }
    return image
  }

  @Test(arguments: [1, 3, 4], [0, 1, 9]) func pngIsWithoutLoss(channels: Int, compression: Int) throws {
    let image = gradient(width: 31, height: 17, channels: channels)
    let data = try ImageCodec.encodePNG(image, compression: compression)
    #expect(try ImageCodec.decode(data, name: "a.png") == image)
  }

  @Test func compressionMakesPNGSmaller() throws {
    let image = PixelBuffer(width: 100, height: 100, channels: 3, filledWith: 7)
    let sizes = try [0, 1, 9].map { try ImageCodec.encodePNG(image, compression: $0).count }
    #expect(sizes[0] > 30_000)
    #expect(sizes[1] < 1_000)
    #expect(sizes[2] <= sizes[1])
  }

  @Test(arguments: [1, 3]) func qualityTradesSizeForExactness(channels: Int) throws {
    let image = try ImageCodec.decode(
      contentsOf: Fixtures.path("ycc444.jpg"), options: .init(channels: channels))
    var sizes: [Int] = []
    var errors: [Int] = []
    for quality in [10, 50, 95] {
      let data = try ImageCodec.encodeJPEG(image, quality: quality)
      let decoded = try ImageCodec.decode(data, name: "a.jpg")
      #expect((decoded.width, decoded.height, decoded.channels) == (image.width, image.height, channels))
      sizes.append(data.count)
      errors.append(zip(decoded.bytes, image.bytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) })
    }
    #expect(sizes == sizes.sorted() && sizes[0] < sizes[2])
    #expect(errors == errors.sorted(by: >) && errors[2] * 2 < errors[0])
  }

  @Test func largeJPEGsGrowTheirBuffer() throws {
    let image = gradient(width: 300, height: 200, channels: 3)
    let data = try ImageCodec.encodeJPEG(image, quality: 100)
    #expect(data.count > 3 * 4096)
    #expect(data.suffix(2) == [0xFF, 0xD9])
    #expect(try ImageCodec.decode(data, name: "a.jpg").width == 300)
  }

  @Test func whatDoesNotFitIsRefused() {
    let grey = PixelBuffer(width: 1, height: 1, channels: 1)
    let rgba = PixelBuffer(width: 1, height: 1, channels: 4)
    let wide = PixelBuffer(width: 70_000, height: 1, channels: 1)
    #expect(
      failure { try ImageCodec.encodePNG(grey, compression: 10) }?.description
        == "cannot write this image as PNG: compression is 0 to 9, not 10")
    #expect(
      failure { try ImageCodec.encodeJPEG(grey, quality: 0) }?.description
        == "cannot write this image as JPEG: quality is 1 to 100, not 0")
    #expect(
      failure { try ImageCodec.encodeJPEG(rgba, quality: 90) }?.description
        == "cannot write this image as JPEG: it has an alpha channel (expected 1 or 3 channels)")
    #expect(
      failure { try ImageCodec.encodeJPEG(wide, quality: 90) }?.description
        == "cannot write this image as JPEG: Maximum supported image dimension is 65500 pixels")
  }
}
