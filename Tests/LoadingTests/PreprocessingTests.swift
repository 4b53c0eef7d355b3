import Datasets
import Foundation
import ImageCodecs
import Pixels
import TestSupport
import Testing

@testable import Loading

@Suite struct PreprocessingTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func grayAndColorNormalizeLikeImageNet() {
    let gray = Preprocessing(channels: 1, height: 28, width: 28)
    #expect(gray.mean == [0.449] && gray.std == [0.226])
    let color = Preprocessing(channels: 3, height: 64, width: 64)
    #expect(color.mean == [0.485, 0.456, 0.406] && color.std == [0.229, 0.224, 0.225])
  }

  @Test func survivesCoding() throws {
    let preprocessing = Preprocessing(channels: 3, height: 20, width: 30, background: [1, 2, 3])
    let data = try JSONEncoder().encode(preprocessing)
    #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == preprocessing)
  }

  @Test func keepsAnImageOfTheInputsSize() throws {
    let image = PixelBuffer(width: 3, height: 2, channels: 1, bytes: [1, 2, 3, 4, 5, 6])
    #expect(try Preprocessing(channels: 1, height: 2, width: 3).fit(image) == image)
  }

  @Test func cutsTheLongerSideAtBothEnds() throws {
    let wide = PixelBuffer(width: 6, height: 2, channels: 1, bytes: [0, 0, 8, 8, 0, 0, 0, 0, 8, 8, 0, 0])
    #expect(try Preprocessing(channels: 1, height: 4, width: 4).fit(wide).bytes.allSatisfy { $0 == 8 })
    let tall = PixelBuffer(width: 2, height: 6, channels: 1, bytes: [0, 0, 0, 0, 8, 8, 8, 8, 0, 0, 0, 0])
    #expect(try Preprocessing(channels: 1, height: 1, width: 1).fit(tall).bytes == [8])
  }

  @Test(arguments: [(1, 5000), (5000, 1), (1, 1), (7, 3), (100, 37)])
  func fitsAnyProportions(width: Int, height: Int) throws {
    let image = PixelBuffer(width: width, height: height, channels: 3, filledWith: 77)
    let fitted = try Preprocessing(channels: 3, height: 9, width: 16).fit(image)
    #expect(fitted == PixelBuffer(width: 16, height: 9, channels: 3, filledWith: 77))
  }

  /// A palette image of a red and a blue pixel, by Pillow 13.
  private static let palettePNG: [UInt8] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x01, 0x03, 0x00, 0x00, 0x00, 0xce, 0xec, 0xed, 0xc9, 0x00,
    0x00, 0x00, 0x06, 0x50, 0x4c, 0x54, 0x45, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0x6c, 0xa1, 0xfd, 0x8e,
    0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x70, 0x00, 0x00, 0x00, 0x42, 0x00,
    0x41, 0x84, 0xbf, 0x8e, 0x62, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
  ]

  /// The values that a loader makes of all kinds of images, 0...255, one array of planes for each.
  private func load(channels: Int) throws -> [[Int]] {
    func png(_ channels: Int, _ bytes: [UInt8]) throws -> [UInt8] {
      try ImageCodec.encodePNG(PixelBuffer(width: 2, height: 1, channels: channels, bytes: bytes))
    }
    let gray = try png(1, [0, 200])
    let color = try png(3, [255, 0, 0, 0, 0, 255])
    let alpha = try png(4, [255, 0, 0, 255, 9, 9, 9, 0])
    let files = [gray, color, alpha, Self.palettePNG]
    let samples = try files.enumerated().map { index, bytes in
      let path = try folder.write(file: "a/\(index).png", bytes: bytes)
      return ImageSample(path: path, relativePath: "a/\(index).png", label: 0)
    }
    let zeros = [Float](repeating: 0, count: channels)
    let preprocessing = Preprocessing(
      channels: channels, height: 1, width: 2, mean: zeros, std: zeros.map { _ in 1 },
      background: [10, 20, 30])
    let options = LoaderOptions(preprocessing: preprocessing, batchSize: 4, order: .sequential)
    let loader = try BatchLoader(samples: samples, options: options)
    loader.begin(epoch: 0)
    let batch = try #require(try loader.next())
    #expect(batch.count == 4)
    return (0..<batch.count).map { batch.image(at: $0).map { Int(($0 * 255).rounded()) } }
  }

  @Test func mixedFormatsBecomeColor() throws {
    #expect(
      try load(channels: 3) == [
        [0, 200, 0, 200, 0, 200], [255, 0, 0, 0, 0, 255], [255, 10, 0, 20, 0, 30], [255, 0, 0, 0, 0, 255],
      ])
  }

  @Test func mixedFormatsBecomeGray() throws {
    // ITU-R 601: red counts 0.299, green 0.587, blue 0.114.
    #expect(try load(channels: 1) == [[0, 200], [76, 29], [76, 18], [76, 29]])
  }
}
