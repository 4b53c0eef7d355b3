import Kernels
import Randomness
import Testing

@Suite struct DropoutMaskTests {
  private func stream(_ sample: UInt64 = 1) -> RandomStream {
    RandomStream(SampleKey(seed: 5, sample: sample), path: "dropout")
  }

  private func apply(
    _ x: [Float], channels: Int, pixels: Int, _ order: Layout.Order, _ probability: Double, sample: UInt64 = 1
  ) throws -> [Float] {
    var y = [Float](repeating: .nan, count: x.count)
    try y.withUnsafeMutableBufferPointer { y in
      DropoutMask.apply(
        x, into: try #require(y.baseAddress), image: 0, of: 1, channels: channels, pixels: pixels,
        order: order, type: .fp32, probability: probability, stream: stream(sample))
    }
    return y
  }

  /// Of 40,000 draws the zeros are within five standard deviations of their expectation but once in two
  /// million seeds.
  @Test(arguments: [0.1, 0.2, 0.5, 0.9]) func rateAndScale(probability: Double) throws {
    let n = 40_000
    let y = try apply(
      [Float](repeating: 3, count: n), channels: 40, pixels: n / 40, .nchw, probability)
    let zeros = Double(y.count { $0 == 0 })
    let deviation = (Double(n) * probability * (1 - probability)).squareRoot()
    #expect(abs(zeros - Double(n) * probability) < 5 * deviation)
    let kept = Float(3 * (1 / (1 - probability)))
    #expect(y.allSatisfy { $0 == 0 || abs($0 - kept) <= 1e-6 * kept })
  }

  @Test func nothingHappensAtZero() throws {
    let x = (0..<600).map { Float($0) - 300 }
    #expect(try apply(x, channels: 20, pixels: 30, .nchw, 0) == x)
  }

  @Test func imagesHaveMasksOfTheirOwn() throws {
    let x = [Float](repeating: 1, count: 400)
    let masks = try [1, 2].map { try apply(x, channels: 400, pixels: 1, .nc, 0.5, sample: $0) }
    #expect(masks[0] != masks[1])
  }

  /// Where the value of a channel and a pixel lies.
  private func place(_ channel: Int, _ pixel: Int, channels: Int, pixels: Int, _ order: Layout.Order) -> Int {
    let block = order == .nchw16c ? 16 : order == .nchw8c ? 8 : order == .nhwc ? channels : 1
    return (channel / block * pixels + pixel) * block + channel % block
  }

  /// The mask belongs to channels and pixels, not to places in memory; padding stays zero.
  @Test(arguments: [Layout.Order.nchw16c, .nchw8c, .nhwc], [16, 20, 3])
  func theMaskIsTheSameInEveryOrder(order: Layout.Order, channels: Int) throws {
    let pixels = 12
    let plain = try apply(
      (0..<channels * pixels).map { Float($0 + 1) }, channels: channels, pixels: pixels, .nchw, 0.4)
    let padded =
      order == .nchw16c ? (channels + 15) / 16 * 16 : order == .nchw8c ? (channels + 7) / 8 * 8 : channels
    var x = [Float](repeating: 7, count: padded * pixels)
    var expected = [Float](repeating: 0, count: padded * pixels)
    for channel in 0..<channels {
      for pixel in 0..<pixels {
        let here = place(channel, pixel, channels: channels, pixels: pixels, order)
        x[here] = Float(channel * pixels + pixel + 1)
        expected[here] = plain[channel * pixels + pixel]
      }
    }
    #expect(try apply(x, channels: channels, pixels: pixels, order, 0.4) == expected)
  }

  /// In HWNC the images of a pixel lie side by side, and bf16 drops the very values that fp32 drops.
  @Test func pixelMajorInBothTypes() throws {
    let (images, channels, pixels) = (3, 5, 4)
    let count = images * channels * pixels
    let x = (0..<count).map { Float($0 % 50 + 1) }
    var (y, z) = ([Float](repeating: .nan, count: count), [BFloat16](repeating: BFloat16(.nan), count: count))
    for image in 0..<images {
      DropoutMask.apply(
        x, into: &y, image: image, of: images, channels: channels, pixels: pixels, order: .hwnc, type: .fp32,
        probability: 0.5, stream: stream(UInt64(image)))
      DropoutMask.apply(
        x.map { BFloat16($0) }, into: &z, image: image, of: images, channels: channels, pixels: pixels,
        order: .hwnc, type: .bf16, probability: 0.5, stream: stream(UInt64(image)))
      let own = (0..<channels * pixels).map {
        x[($0 / channels * images + image) * channels + $0 % channels]
      }
      let plain = try apply(own, channels: channels, pixels: pixels, .nhwc, 0.5, sample: UInt64(image))
      for i in 0..<channels * pixels {
        #expect(y[(i / channels * images + image) * channels + i % channels] == plain[i])
      }
    }
    #expect(y == z.map(\.float))
  }
}
