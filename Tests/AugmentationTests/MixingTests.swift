import Augmentation
import Testing

/// MixUp and CutMix on images of their own. Statistical limits hold with 99.9% confidence; keys are fixed.
@Suite("Mixing")
struct MixingTests {
  private func key(_ batch: Int, epoch: UInt32 = 0, seed: UInt64 = 3) -> SampleKey {
    SampleKey(seed: seed, epoch: epoch, sample: UInt64(batch))
  }

  private static let size = ImageSize(width: 5, height: 4)

  /// Two images of planes, told apart by their values.
  private func planes(_ plan: MixingPlan, channels: Int = 3) -> ([Float], [Float]) {
    let count = Self.size.width * Self.size.height * channels
    var first = (0..<count).map { Float($0) }
    var second = (0..<count).map { Float(1000 + $0) }
    do {
      var a = first.mutableSpan
      var b = second.mutableSpan
      plan.apply(to: &a, and: &b)
    }
    return (first, second)
  }

  @Test("MixUp's images are weighted sums, both ways")
  func mixUp() {
    let (first, second) = planes(.mixUp(MixUp.Plan(share: 0.75)))
    for i in first.indices {
      #expect(first[i] == Float(i) * 0.75 + Float(1000 + i) * 0.25)
      #expect(second[i] == Float(1000 + i) * 0.75 + Float(i) * 0.25)
    }
  }

  @Test("CutMix swaps a box in every channel, and its share is what is left")
  func cutMix() {
    let plan = CutMix.Plan(columns: 1..<4, rows: 2..<4, size: Self.size)
    #expect(plan.share == 1 - 6.0 / 20)
    let (first, second) = planes(.cutMix(plan))
    for channel in 0..<3 {
      for row in 0..<4 {
        for column in 0..<5 {
          let i = (channel * 4 + row) * 5 + column
          let inBox = (1..<4).contains(column) && (2..<4).contains(row)
          #expect(first[i] == Float(inBox ? 1000 + i : i))
          #expect(second[i] == Float(inBox ? i : 1000 + i))
        }
      }
    }
  }

  @Test("Bytes are mixed as planes are", arguments: [1, 3])
  func bytes(channels: Int) throws {
    let first = PixelBuffer(width: 5, height: 4, channels: channels, filledWith: 200)
    let second = PixelBuffer(width: 5, height: 4, channels: channels, filledWith: 100)
    var (a, b) = (first, second)
    try MixingPlan.mixUp(MixUp.Plan(share: 0.255)).apply(to: &a, and: &b)
    // 125.5 and 174.5, rounded away from zero.
    #expect(Set(a.bytes) == [126] && Set(b.bytes) == [175])

    (a, b) = (first, second)
    let box = CutMix.Plan(columns: 1..<4, rows: 2..<4, size: Self.size)
    try MixingPlan.cutMix(box).apply(to: &a, and: &b)
    for y in 0..<4 {
      for x in 0..<5 {
        let inBox = (1..<4).contains(x) && (2..<4).contains(y)
        for channel in 0..<channels {
          #expect(a[x, y, channel] == (inBox ? 100 : 200))
          #expect(b[x, y, channel] == (inBox ? 200 : 100))
        }
      }
    }
  }

  @Test("Images that do not fit are refused")
  func shapes() {
    var grey = PixelBuffer(width: 5, height: 4, channels: 1)
    var colour = PixelBuffer(width: 5, height: 4, channels: 3)
    #expect(
      throws: AugmentationError.planMismatch(expected: "two images of one shape", got: "1x4x5 and 3x4x5")
    ) { try MixingPlan.mixUp(MixUp.Plan(share: 0.5)).apply(to: &grey, and: &colour) }
    var (a, b) = (
      PixelBuffer(width: 4, height: 4, channels: 1), PixelBuffer(width: 4, height: 4, channels: 1)
    )
    #expect(throws: AugmentationError.planMismatch(expected: "images of 5x4", got: "4x4")) {
      try MixingPlan.cutMix(CutMix.Plan(columns: 0..<1, rows: 0..<1, size: Self.size)).apply(to: &a, and: &b)
    }
  }

  @Test("A plan is keyed by seed, epoch and batch")
  func keys() {
    let mixing = BatchMixing(mixUp: MixUp(alpha: 1), cutMix: CutMix(alpha: 1))
    let size = ImageSize(width: 224, height: 224)
    let plan = mixing.plan(for: size, key: key(1))
    #expect(mixing.plan(for: size, key: key(1)) == plan)
    for other in [key(2), key(1, epoch: 1), key(1, seed: 4)] {
      #expect(mixing.plan(for: size, key: other) != plan)
    }
  }

  @Test("Batches are mixed as often as they should be, half of them either way", arguments: [0.25, 1])
  func howOften(probability: Double) {
    let mixing = BatchMixing(mixUp: MixUp(alpha: 0.2), cutMix: CutMix(alpha: 1), probability: probability)
    let plans = (0..<4000).map { mixing.plan(for: ImageSize(width: 32, height: 32), key: key($0)) }
    let mixed = plans.compactMap(\.self)
    let deviation = (4000 * probability * (1 - probability)).squareRoot()
    #expect(abs(Double(mixed.count) - 4000 * probability) <= 3.29 * deviation)
    let ups = mixed.count { if case .mixUp = $0 { true } else { false } }
    #expect(abs(Double(ups) - Double(mixed.count) / 2) < 3.29 * (Double(mixed.count) / 4).squareRoot())
  }

  @Test("MixUp's shares have the beta distribution's moments", arguments: [0.2, 1])
  func shares(alpha: Double) {
    let count = 10_000.0
    let away = (0..<Int(count)).map { MixUp(alpha: alpha).plan(key: key($0)).share - 0.5 }
    let variance = 1 / (4 * (2 * alpha + 1))
    let fourth = 3 * variance * variance * (2 * alpha + 1) / (2 * alpha + 3)
    #expect(abs(away.reduce(0, +) / count) < 3.29 * (variance / count).squareRoot())
    #expect(
      abs(away.reduce(0) { $0 + $1 * $1 } / count - variance)
        < 3.29 * ((fourth - variance * variance) / count).squareRoot())
  }

  /// With alpha 1 the share is uniform, so a side of the box is `sqrt(1 - share)` of the image's: its distribution is
  /// `x^2`. What lies beyond the borders is cut off: with half a side `h`, a uniform middle leaves `2 h - h^2` of it
  /// on average.
  @Test("CutMix's boxes have the sizes that the paper draws, and lie anywhere")
  func boxes() {
    let side = 1000
    let size = ImageSize.square(side)
    let count = 20_000.0
    var (area, columns, wide) = (0.0, 0.0, 0)
    for batch in 0..<Int(count) {
      let plan = CutMix(alpha: 1).plan(for: size, key: key(batch))
      #expect((0...side).contains(plan.columns.lowerBound) && (0...side).contains(plan.columns.upperBound))
      area += 1 - plan.share
      columns += Double(plan.columns.lowerBound + plan.columns.upperBound) / 2 / Double(side)
      if plan.columns.count > side / 2 { wide += 1 }
    }
    // With sides s of density 2 s and h = s / 2: the mean over s of (s - s^2 / 4)^2 is 1/2 - 1/5 + 1/48.
    let mean = 1.0 / 2 - 1.0 / 5 + 1.0 / 48
    // Areas are within 0...1, so that their deviation is at most 0.5; boxes' sides are rounded down by two pixels.
    #expect(abs(area / count - mean) < 3.29 * 0.5 / count.squareRoot() + 2.0 / Double(side))
    #expect(abs(columns / count - 0.5) < 3.29 * 0.5 / count.squareRoot())
    #expect(wide > 0)
  }

  @Test("A batch's places are paired, and the one in the middle is alone")
  func partners() {
    #expect((0..<5).map { BatchMixing.partner(of: $0, among: 5) } == [4, 3, 2, 1, 0])
    #expect((0..<4).map { BatchMixing.partner(of: $0, among: 4) } == [3, 2, 1, 0])
  }
}
