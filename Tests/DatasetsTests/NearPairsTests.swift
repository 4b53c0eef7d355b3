import Pixels
import Randomness
import Testing

@testable import Datasets

@Suite struct NearPairsTests {
  private func picture(_ number: UInt64, noise: UInt64 = 0) -> PictureSignature {
    var stream = RandomStream(SampleKey(seed: 1, sample: number), path: "picture")
    var other = RandomStream(SampleKey(seed: noise, sample: number), path: "noise")
    return PictureSignature(
      values: (0..<768).map { _ in
        UInt8(stream.integer(in: 20...230) + (noise == 0 ? 0 : other.integer(in: -5...5)))
      })
  }

  @Test func findsAllPairsThatComparingEachFinds() {
    let signatures: [PictureSignature?] =
      (0..<60).map { picture(UInt64($0)) } + [nil] + (0..<20).map { picture(UInt64($0 * 2), noise: 3) }
    var groups = Groups(count: signatures.count)
    for (a, b) in NearPairs(signatures, threads: 3).pairs { groups.join(a, b) }
    #expect(groups.all() == (0..<20).map { [$0 * 2, 61 + $0] })
  }

  @Test func thousandsOfEqualPicturesAreOneGroup() {
    let signatures = [PictureSignature?](repeating: picture(5), count: 500)
    var groups = Groups(count: 500)
    for (a, b) in NearPairs(signatures, threads: 2).pairs { groups.join(a, b) }
    #expect(groups.all().count == 1)
  }

  @Test(arguments: [(31, 17), (16, 16), (5, 40), (1, 1)]) func miniaturesAreExactMeans(
    width: Int, height: Int
  ) {
    let bytes = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 * 37 + $0 * $0) }
    let small = Miniature.of(
      PixelBuffer(width: width, height: height, channels: 1, bytes: bytes), width: 4, height: 3)
    for y in 0..<3 {
      for x in 0..<4 {
        var sum = 0.0
        for v in 0..<height {
          for u in 0..<width {
            let across =
              min(Double(u + 1) * 4, Double(x + 1) * Double(width)) - max(Double(u) * 4, Double(x * width))
            let down =
              min(Double(v + 1) * 3, Double(y + 1) * Double(height)) - max(Double(v) * 3, Double(y * height))
            sum += max(0, across) * max(0, down) * Double(bytes[v * width + u])
          }
        }
        #expect(abs(Double(small[x, y, 0]) - sum / Double(width * height)) <= 0.5 + 1e-9)
      }
    }
  }
}
