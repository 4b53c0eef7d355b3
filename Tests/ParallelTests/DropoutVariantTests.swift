import Kernels
import Networks
import Testing

@testable import Parallel

/// Every dropout as a layer, on images, features in every layout and vectors: its two values, how often each comes,
/// and that draws know nothing of each other.
@Suite struct DropoutVariantTests {
  /// A dropout of probability 0.3 and what becomes of ones.
  struct Variant: Sendable, CustomTestStringConvertible {
    let layer: any Layer
    let kept, dropped: Float
    let inference: Float
    var dropsChannels: Bool { layer is SpatialDropout || layer is FeatureAlphaDropout }
    var testDescription: String { "\(layer)" }
  }

  private static let p = 0.3
  private static let inverted = Float(1 / 0.7)
  // F.alpha_dropout(torch.ones(1000, dtype=torch.float64), 0.3, True) of PyTorch 2.15
  private static let (alphaKept, alphaDropped) = (Float(1.315_044_684_383_419), Float(-1.059_548_158_986_48))

  static let variants = [
    Variant(layer: Dropout(p), kept: inverted, dropped: 0, inference: 1),
    Variant(layer: Dropout(p, scaling: .inference), kept: 1, dropped: 0, inference: 0.7),
    Variant(layer: SpatialDropout(p), kept: inverted, dropped: 0, inference: 1),
    Variant(layer: SpatialDropout(p, scaling: .inference), kept: 1, dropped: 0, inference: 0.7),
    Variant(layer: AlphaDropout(p), kept: alphaKept, dropped: alphaDropped, inference: 1),
    Variant(layer: FeatureAlphaDropout(p), kept: alphaKept, dropped: alphaDropped, inference: 1),
  ]

  /// Which values were dropped in each image; nil where one is neither kept nor dropped.
  private func dropped(_ outputs: [[Float]], _ variant: Variant, _ kernels: KernelSet) -> [[Bool]]? {
    let tolerance: Float = kernels.numbers == .bf16 ? 0x1p-8 : 1e-6
    var all: [[Bool]] = []
    for image in outputs {
      let isDropped = image.map { abs($0 - variant.dropped) <= tolerance * abs(variant.dropped) }
      let isKept = image.map { abs($0 - variant.kept) <= tolerance * abs(variant.kept) }
      if zip(isDropped, isKept).contains(where: { $0 == $1 }) { return nil }
      all.append(isDropped)
    }
    return all
  }

  /// One draw of each image for each value, or for each channel of 16 pixels.
  private func perDraw(_ masks: [[Bool]], _ variant: Variant) -> [[Bool]]? {
    if !variant.dropsChannels { return masks }
    var all: [[Bool]] = []
    for mask in masks {
      let channels = stride(from: 0, to: mask.count, by: 16).map { Array(mask[$0..<$0 + 16]) }
      if channels.contains(where: { Set($0).count > 1 }) { return nil }
      all.append(channels.map { $0[0] })
    }
    return all
  }

  @Test(arguments: variants, KernelSet.all) func everyPlace(variant: Variant, kernels: KernelSet) throws {
    for place in TrainingProbe.Place.allCases where !(place == .vector && variant.dropsChannels) {
      let probe = try TrainingProbe(variant.layer, at: place, images: 60, kernels: kernels)
      let masks = try #require(dropped(probe.outputs(), variant, kernels), "\(place)")
      let draws = try #require(perDraw(masks, variant), "\(place)")
      let n = draws.count * draws[0].count
      #expect(Chance.fits(draws.joined().count { $0 }, of: n, probability: Self.p), "\(place)")
      let next = try #require(dropped(probe.outputs(epoch: 1), variant, kernels))
      #expect(next != masks)
      // The step does not matter.
      #expect(try dropped(probe.outputs(step: 3), variant, kernels) == masks)
      let tolerance: Float = kernels.numbers == .bf16 ? 0x1p-8 : 1e-6
      let inference = try probe.inference().joined()
      #expect(inference.allSatisfy { abs($0 - variant.inference) <= tolerance }, "\(place)")
    }
  }

  /// All kernels and layouts drop the same channels and pixels.
  @Test(arguments: variants) func kernelsAgree(variant: Variant) throws {
    for place in TrainingProbe.Place.allCases where !(place == .vector && variant.dropsChannels) {
      let masks = try KernelSet.all.map { kernels in
        let probe = try TrainingProbe(variant.layer, at: place, images: 7, kernels: kernels)
        return try #require(dropped(probe.outputs(), variant, kernels))
      }
      #expect(Set(masks).count == 1, "\(place)")
    }
  }

  /// Neighbouring values, images, epochs, layers and seeds.
  @Test(arguments: variants) func drawsAreIndependent(variant: Variant) throws {
    let kernels = KernelSet(.fp32, .convoy)
    let probe = try TrainingProbe(variant.layer, at: .blocked, images: 200, kernels: kernels)
    let other = try TrainingProbe(variant.layer, at: .blocked, images: 200, kernels: kernels, seed: 4)
    let named = try TrainingProbe(variant.layer, at: .blocked, images: 200, kernels: kernels, name: "other")
    let all = try [probe.outputs(), probe.outputs(epoch: 1), other.outputs(), named.outputs()].map {
      let masks = try #require(dropped($0, variant, kernels))
      return try #require(perDraw(masks, variant))
    }
    let flat = all.map { Array($0.joined()) }
    for epochOrSeedOrName in flat.dropFirst() { #expect(Chance.areIndependent(flat[0], epochOrSeedOrName)) }
    let images = all[0]
    #expect(
      Chance.areIndependent(Array(images.dropLast().joined()), Array(images.dropFirst().joined())), "images")
    #expect(Chance.areIndependent(Array(flat[0].dropLast()), Array(flat[0].dropFirst())), "neighbours")
    let counts = images.map { $0.count { $0 } }
    #expect(Chance.areBinomial(counts, of: images[0].count, probability: Self.p))
  }

  @Test(arguments: [-0.1, 1, .nan]) func refusesWhatIsNoProbability(probability: Double) {
    let layers: [any Layer] = [
      Dropout(probability), SpatialDropout(probability), AlphaDropout(probability),
      FeatureAlphaDropout(probability),
    ]
    for layer in layers {
      let network = Network(input: .image(channels: 1, height: 2, width: 2)) {
        layer.named("drop")
        Flatten()
      }
      let error = #expect(throws: NetworkError.self) { try network.outputCount() }
      #expect(error?.description == "layer drop: the probability is in 0..<1, not \(probability)")
    }
  }

  @Test func vectorsHaveNoChannelsToDrop() {
    let layers: [any Layer] = [SpatialDropout(0.5), FeatureAlphaDropout(0.5)]
    for layer in layers {
      let network = Network(input: .image(channels: 1, height: 2, width: 2)) {
        Flatten()
        layer.named("drop")
      }
      let error = #expect(throws: NetworkError.self) { try network.outputCount() }
      #expect(
        error?.description == "layer drop: expected images, whose channels it drops, but 4 flows into it")
    }
  }
}
