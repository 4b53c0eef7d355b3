import Kernels
import Randomness
import Testing

@Suite struct DropoutMaskTests {
  private func stream(_ sample: UInt64 = 1) -> RandomStream {
    RandomStream(SampleKey(seed: 5, sample: sample), path: "dropout")
  }

  private func apply(
    _ x: [Float], channels: Int, pixels: Int, _ order: Layout.Order, _ probability: Double,
    sample: UInt64 = 1,
    rule: DropoutRule? = nil
  ) throws -> [Float] {
    var y = [Float](repeating: .nan, count: x.count)
    try y.withUnsafeMutableBufferPointer { y in
      DropoutMask.apply(
        x, into: try #require(y.baseAddress), image: 0, of: 1, channels: channels, pixels: pixels,
        order: order, type: .fp32, rule: rule ?? .inverted(probability), stream: stream(sample))
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

  /// What PyTorch 2.15 makes of 1 and -2: `F.alpha_dropout(torch.full((1000,), x, dtype=torch.float64), p, True)`.
  @Test(arguments: [
    (0.1, 1, -1.457738730518132, 1.0832554862072818),
    (0.3, 1, -1.0595481589864801, 1.315044684383419),
    (0.3, -2, -1.0595481589864801, -1.2678131643556494),
    (0.5, 1, -0.7791939305180315, 1.6655988251839635),
  ])
  func alphaDropoutIsPyTorchs(_ probability: Double, _ x: Float, _ dropped: Float, _ kept: Float) throws {
    let y = try apply(
      [Float](repeating: x, count: 100), channels: 100, pixels: 1, .nc, 0, rule: .alpha(probability))
    #expect(y.allSatisfy { abs($0 - dropped) < 1e-6 || abs($0 - kept) < 1e-6 })
    #expect(Set(y).count == 2)
  }

  /// Of 100,000 normal values mean and variance stay within five standard deviations of theirs: the mean's is
  /// `1 / sqrt(n)`, and the variance's below `sqrt(6 / n)`, for the fourth moment is below 7.
  @Test(arguments: [0.05, 0.2, 0.5]) func alphaDropoutKeepsMeanAndVariance(probability: Double) throws {
    let n = 100_000
    var normal = RandomStream(SampleKey(seed: 8, sample: 0), path: "normal")
    let y = try apply(
      (0..<n).map { _ in Float(normal.normal()) }, channels: n, pixels: 1, .nc, 0, rule: .alpha(probability))
    let mean = y.reduce(0) { $0 + Double($1) } / Double(n)
    let variance = y.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(n)
    #expect(abs(mean) < 5 / Double(n).squareRoot())
    #expect(abs(variance - 1) < 5 * (6 / Double(n)).squareRoot())
  }

  /// Inverted dropout keeps the mean, classic dropout the share `1 - p` of it. Of values 1 the variance is
  /// `p / (1 - p)` and `p (1 - p)`. Both within five standard deviations.
  @Test(arguments: [0.1, 0.5, 0.8]) func meanAndVariance(probability: Double) throws {
    let n = 40_000
    let spread =
      1e-3 + 5 * abs(1 - 2 * probability) / (Double(n) * probability * (1 - probability)).squareRoot()
    for (rule, kept) in [
      (DropoutRule.inverted(probability), 1 / (1 - probability)), (.classic(probability), 1),
    ] {
      let y = try apply(
        [Float](repeating: 1, count: n), channels: 40, pixels: n / 40, .nchw, 0, rule: rule)
      let mean = y.reduce(0) { $0 + Double($1) } / Double(n)
      let deviation = kept * (probability * (1 - probability) / Double(n)).squareRoot()
      #expect(abs(mean - kept * (1 - probability)) < 5 * deviation)
      let variance = y.reduce(0) { $0 + Double($1) * Double($1) } / Double(n) - mean * mean
      #expect(abs(variance / (kept * kept * probability * (1 - probability)) - 1) < spread)
    }
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
        rule: .inverted(0.5), stream: stream(UInt64(image)))
      DropoutMask.apply(
        x.map { BFloat16($0) }, into: &z, image: image, of: images, channels: channels, pixels: pixels,
        order: .hwnc, type: .bf16, rule: .inverted(0.5), stream: stream(UInt64(image)))
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
