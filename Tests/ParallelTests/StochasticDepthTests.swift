import Kernels
import Networks
import Testing

@testable import Parallel

/// Stochastic depth: what torchvision's `StochasticDepth` does, by draws that depend on nothing but their keys.
@Suite struct StochasticDepthTests {
  private static let sets = KernelSet.all

  /// Which images were dropped; nil where one is neither whole nor dropped.
  private func dropped(_ outputs: [[Float]], _ probability: Double, _ kernels: KernelSet) -> [Bool]? {
    let scale = Float(1 / (1 - probability))
    let kept = kernels.numbers == .bf16 ? BFloat16(scale).float : scale
    var dropped: [Bool] = []
    for image in outputs {
      if image.allSatisfy({ $0 == 0 }) {
        dropped.append(true)
      } else if image.allSatisfy({ $0 == kept }) {
        dropped.append(false)
      } else {
        return nil
      }
    }
    return dropped
  }

  @Test(arguments: TrainingProbe.Place.allCases, sets)
  func imagesAreDroppedWholeAndSurvivorsScaled(place: TrainingProbe.Place, kernels: KernelSet) throws {
    let probe = try TrainingProbe(StochasticDepth(0.4), at: place, images: 100, kernels: kernels)
    let first = try #require(dropped(probe.outputs(), 0.4, kernels))
    let second = try #require(dropped(probe.outputs(epoch: 1), 0.4, kernels))
    #expect(first != second)
    #expect(Chance.fits((first + second).count { $0 }, of: 200, probability: 0.4))
    // The step does not matter, the epoch does.
    #expect(try dropped(probe.outputs(step: 7), 0.4, kernels) == first)
    #expect(try probe.inference().allSatisfy { $0.allSatisfy { $0 == 1 } })
  }

  @Test(arguments: TrainingProbe.Place.allCases, sets)
  func aStepIsDroppedWhole(place: TrainingProbe.Place, kernels: KernelSet) throws {
    let layer = StochasticDepth(0.4, mode: .batch)
    let probe = try TrainingProbe(layer, at: place, images: 3, kernels: kernels)
    var steps: [Bool] = []
    for step in 0..<40 {
      let all = try #require(dropped(probe.outputs(step: step), 0.4, kernels))
      #expect(Set(all).count == 1)
      steps.append(all[0])
    }
    #expect(Chance.fits(steps.count { $0 }, of: steps.count, probability: 0.4))
    #expect(try dropped(probe.outputs(epoch: 5, step: 2), 0.4, kernels)?[0] == steps[2])
    #expect(try probe.inference().allSatisfy { $0.allSatisfy { $0 == 1 } })
  }

  @Test(arguments: StochasticDepth.Mode.allCases)
  func nothingSurvivesAtOneAndEverythingAtZero(mode: StochasticDepth.Mode) throws {
    let kernels = KernelSet(.fp32, .convoy)
    let none = try TrainingProbe(StochasticDepth(1, mode: mode), images: 20, kernels: kernels).outputs()
    #expect(none.allSatisfy { $0.allSatisfy { $0 == 0 } })
    let all = try TrainingProbe(StochasticDepth(0, mode: mode), images: 20, kernels: kernels).outputs()
    #expect(all.allSatisfy { $0.allSatisfy { $0 == 1 } })
  }

  /// Images, epochs, seeds and layers draw for themselves.
  @Test func drawsAreIndependent() throws {
    let kernels = KernelSet(.fp32, .convoy)
    let layer = StochasticDepth(0.5)
    let probe = try TrainingProbe(layer, at: .vector, images: 1000, kernels: kernels)
    let first = try #require(dropped(probe.outputs(), 0.5, kernels))
    let next = try #require(dropped(probe.outputs(epoch: 1), 0.5, kernels))
    let other = try TrainingProbe(layer, at: .vector, images: 1000, kernels: kernels, seed: 4)
    let seed = try #require(dropped(other.outputs(), 0.5, kernels))
    #expect(Chance.areIndependent(first, next))
    #expect(Chance.areIndependent(first, seed))
    #expect(Chance.areIndependent(Array(first.dropLast()), Array(first.dropFirst())))
    #expect(Chance.fits(first.count { $0 }, of: 1000, probability: 0.5))
  }

  @Test func theLinearDecayRule() {
    #expect(StochasticDepth.linearDecay(to: 0.5, blocks: 5) == [0.1, 0.2, 0.3, 0.4, 0.5])
    // torchvision's convnext_tiny and efficientnet_b0 begin like these.
    #expect(StochasticDepth.linearDecay(to: 0.1, blocks: 3, .fromZero) == [0, 0.05, 0.1])
    #expect(
      StochasticDepth.linearDecay(to: 0.2, blocks: 4, .belowLast) == [0, 0.05, 0.1, 0.15000000000000002])
    #expect(StochasticDepth.linearDecay(to: 0.5, blocks: 1, .fromZero) == [0])
  }

  @Test(arguments: [-0.1, 1.1, .nan]) func refusesWhatIsNoProbability(probability: Double) {
    let network = Network(input: .image(channels: 1, height: 2, width: 2)) {
      StochasticDepth(probability).named("drop")
      Flatten()
    }
    let error = #expect(throws: NetworkError.self) { try network.outputCount() }
    #expect(error?.description == "layer drop: the probability is in 0...1, not \(probability)")
  }
}
