import ImageCodecs
import Pixels
import Testing

@testable import Loading

/// Transparent, truncated and large images, as the options have them.
@Suite struct ImageReadingTests {
  /// A transparent picture, one cut short below its first row, and the values that a loader makes of them.
  private func values(_ change: (inout LoaderOptions) -> Void) throws -> (values: [[Float]], bad: Int) {
    var pictures = try PictureFolder(count: 0)
    let clear = PixelBuffer(width: 4, height: 3, channels: 4, bytes: [UInt8](repeating: 0, count: 48))
    try pictures.add(file: "a/clear.png", bytes: ImageCodec.encodePNG(clear), label: 0)
    var noise = PixelBuffer(width: 4, height: 3, channels: 1, filledWith: 200)
    for index in noise.bytes.indices { noise.bytes[index] = UInt8(200 + index * 37 % 50) }
    let whole = try ImageCodec.encodePNG(noise, compression: 0)
    // Without the end chunk (12 bytes), the checksums (8) and the second and third row with their filters (10).
    try pictures.add(file: "b/cut.png", bytes: Array(whole.dropLast(30)), label: 1)
    var options = pictures.options(batchSize: 2, order: .sequential)
    change(&options)
    let loader = try BatchLoader(samples: pictures.samples, options: options)
    loader.begin(epoch: 0)
    let images = try loader.remainingBatches().flatMap(\.images).map { Float(bitPattern: $0) * 255 }
    return (
      stride(from: 0, to: images.count, by: 12).map { Array(images[$0..<$0 + 12]) }, loader.badImages.count
    )
  }

  @Test func theBackgroundShowsThrough() throws {
    let color = try #require(BackgroundColor("10,10,10"))
    let images = try values { $0.preprocessing.background = color.components }
    #expect(images.values[0].allSatisfy { abs($0 - 10) < 0.01 })
    #expect(try values { _ in }.values[0].allSatisfy { abs($0 - 255) < 0.01 })
  }

  @Test func truncatedImagesAreKeptWhereAsked() throws {
    let failing = try values { _ in }
    #expect(failing.values.count == 1 && failing.bad == 1)
    let keeping = try values { $0.truncated = .keep }
    #expect(keeping.values.count == 2 && keeping.bad == 0)
    #expect(keeping.values[1].prefix(4).allSatisfy { $0 >= 199.9 })
    #expect(keeping.values[1].suffix(8) == [0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func imagesOfMorePixelsAreUnreadable() throws {
    let images = try values { ($0.truncated, $0.maximumPixels) = (.keep, 12) }
    #expect(images.bad == 0)
    #expect(throws: LoadingError.self) { try values { $0.maximumPixels = 11 } }
    #expect(throws: LoadingError.self) { try values { $0.maximumPixels = 0 } }
  }

  @Test(
    arguments: [
      ("white", [255, 255, 255]), ("black", [0, 0, 0]), ("gray", [128, 128, 128]), ("1,2,3", [1, 2, 3]),
      ("1, 20, 255", [1, 20, 255]),
    ] as [(String, [UInt8])])
  func colorsAreRead(text: String, components: [UInt8]) throws {
    let color = try #require(BackgroundColor(text))
    #expect(color.components == components)
    #expect(BackgroundColor(color.description) == color)
  }

  @Test(arguments: ["", "pink", "1,2", "1,2,3,4", "1,2,256", "1,,3", "-1,2,3", "#ffffff"])
  func whatIsNoColorIsRefused(text: String) {
    #expect(BackgroundColor(text) == nil)
  }
}
