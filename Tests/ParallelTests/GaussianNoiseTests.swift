import Kernels
import Networks
import Testing

@testable import Parallel

/// Noise as a layer, on images, features in every layout and vectors: its law, and that draws know nothing of each
/// other. Limits are five standard deviations: a right generator fails once in two million times.
@Suite struct GaussianNoiseTests {
  private static let deviation = 0.25

  /// What was added to ones, in standard deviations.
  private func noise(_ outputs: [[Float]]) -> [[Double]] {
    outputs.map { $0.map { (Double($0) - 1) / Self.deviation } }
  }

  @Test(arguments: KernelSet.all) func everyPlace(kernels: KernelSet) throws {
    // What rounding to bf16 leaves of a number near 1.
    let tolerance = kernels.numbers == .bf16 ? 0x1p-7 / Self.deviation : 0
    for place in TrainingProbe.Place.allCases {
      let probe = try TrainingProbe(GaussianNoise(Self.deviation), at: place, images: 60, kernels: kernels)
      let images = noise(try probe.outputs())
      let values = Array(images.joined())
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      let variance = values.reduce(0) { $0 + $1 * $1 } / n
      let fourth = values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / n
      #expect(abs(mean) < 5 / n.squareRoot(), "\(place)")
      #expect(abs(variance - 1) < 5 * (2 / n).squareRoot() + tolerance * tolerance, "\(place)")
      #expect(abs(fourth - 3) < 5 * (96 / n).squareRoot() + 12 * tolerance * tolerance, "\(place)")
      // Neighbours, images and epochs.
      let next = noise(try probe.outputs(epoch: 1))
      for (a, b) in [
        (Array(values.dropLast()), Array(values.dropFirst())),
        (Array(images.dropLast().joined()), Array(images.dropFirst().joined())),
        (values, Array(next.joined())),
      ] {
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(a.count)
        #expect(abs(product) < 5 / Double(a.count).squareRoot(), "\(place)")
      }
      // The step does not matter.
      #expect(try noise(probe.outputs(step: 3)) == images)
      #expect(try probe.inference().joined().allSatisfy { $0 == 1 }, "\(place)")
    }
  }

  /// All kernels and layouts add the same numbers.
  @Test func kernelsAgree() throws {
    for place in TrainingProbe.Place.allCases {
      let outputs = try KernelSet.all.map { kernels in
        try TrainingProbe(GaussianNoise(Self.deviation), at: place, images: 7, kernels: kernels).outputs()
      }
      for other in outputs.dropFirst() {
        for (a, b) in zip(outputs[0].joined(), other.joined()) { #expect(abs(a - b) <= 0x1p-8 * abs(a)) }
      }
    }
  }

  @Test(arguments: [-0.1, .nan, .infinity]) func refusesWhatIsNoDeviation(deviation: Double) {
    let network = Network(input: .image(channels: 1, height: 2, width: 2)) {
      GaussianNoise(deviation).named("noise")
      Flatten()
    }
    let error = #expect(throws: NetworkError.self) { try network.outputCount() }
    #expect(error?.description == "layer noise: the standard deviation is 0 or more, not \(deviation)")
  }

  @Test func noiseOfImagesLeavesNamesAlone() throws {
    let network = smallNetwork()
    let noisy = network.withInputNoise(0.1)
    #expect(noisy.layers.count == network.layers.count + 1)
    #expect(try noisy.parameters().map(\.name) == network.parameters().map(\.name))
    #expect(noisy.withInputNoise(0.1) == noisy)
    #expect(try noisy.withInputNoise(0).parameters() == network.parameters())
    #expect(noisy.withInputNoise(0).layers.count == network.layers.count)
    #expect(network.withInputNoise(0) == network)
  }
}
