import Foundation
import Kernels
import Parallel
import TestSupport
import Testing

@testable import Training

/// Every optimizer against PyTorch's, and the papers' where PyTorch has none, over twenty steps: weights and state, with
/// a resume in between.
@Suite struct OptimizerTests {
  /// `Fixtures/optimizers.json`.
  private struct Fixture: Decodable {
    let start: [Float]
    let gradients: [[Float]]
    let cases: [Case]
  }

  /// One optimizer.
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let options: RunConfiguration
    let peak: Double
    let weights10, weights20: [Double]
    let moments10, moments20: [[Double]]

    var testDescription: String { "\(options.stepOptimizer(scheduledMomentum: nil)) \(options.penalties)" }
  }

  private static let fixture = Result {
    try JSONDecoder().decode(Fixture.self, from: Data(Fixtures.bytes("optimizers.json")))
  }
  static let cases = (try? fixture.get().cases) ?? []

  @Test func theFixtureHasEveryOptimizer() throws {
    let names = Set(try Self.fixture.get().cases.map(\.options.optimizer))
    #expect(names == Set(OptimizerName.allCases))
  }

  @Test(arguments: cases) func followsItsSource(of optimizer: Case) throws {
    var options = optimizer.options
    options.data = "a"
    try options.validate()
    let fixture = try Self.fixture.get()
    var run = Weights(fixture.start, moments: options.momentCount)
    for step in 0..<20 {
      if step == 10 {
        run.expect(optimizer.weights10, optimizer.moments10)
        // A resumed run has the weights and moments that were saved, and nothing else.
        run = Weights(run.weights, moments: options.momentCount, run.moments)
      }
      let learningRate = optimizer.peak * (1 - Double(step) / 40)
      run.step(options.updateRule(learningRate: learningRate, step: step), fixture.gradients[step])
    }
    run.expect(optimizer.weights20, optimizer.moments20)
    #expect(run.weights[3] == 0, "without weight and gradient nothing moves: so stays padding")
  }
}

/// Weights of one parameter and their moments.
private struct Weights {
  private(set) var weights, moments: [Float]

  init(_ weights: [Float], moments count: Int, _ moments: [Float]? = nil) {
    self.weights = weights
    self.moments = moments ?? [Float](repeating: 0, count: count * weights.count)
  }

  /// What the reduction does with a slice.
  mutating func step(_ rule: UpdateRule, _ gradient: [Float]) {
    let count = weights.count
    var gradient = gradient
    weights.withUnsafeMutableBufferPointer { weights in
      moments.withUnsafeMutableBufferPointer { moments in
        gradient.withUnsafeMutableBufferPointer { gradient in
          guard let w = weights.baseAddress, let m = moments.baseAddress, let g = gradient.baseAddress else {
            return
          }
          let slice = ParameterSlice(
            weights: w, gradient: g, moments: m, momentStride: count, count: count, isWeight: true, decay: 1)
          let penalty = rule.penalty
          slice.addPenaltyGradient(l1: penalty.isProximal ? 0 : penalty.l1, l2: penalty.l2)
          switch rule.method {
          case .slicewise(let optimizer):
            optimizer.update(slice, learningRate: rule.learningRate, step: rule.step)
          case .layerwise(let optimizer):
            let norms = optimizer.measure(slice, step: rule.step)
            optimizer.update(slice, norms: norms, learningRate: rule.learningRate, step: rule.step)
          }
          if penalty.isProximal { slice.softThreshold(learningRate: rule.learningRate, l1: penalty.l1) }
        }
      }
    }
  }

  func expect(_ expected: [Double], _ expectedMoments: [[Double]]) {
    for (index, (weight, expected)) in zip(weights, expected).enumerated() {
      #expect(abs(Double(weight) - expected) <= 1e-5 * max(abs(expected), 0.1), "weight \(index)")
    }
    for (number, values) in expectedMoments.enumerated() {
      let scale = values.reduce(0) { max($0, abs($1)) }
      for (index, expected) in values.enumerated() {
        let moment = Double(moments[number * weights.count + index])
        #expect(
          abs(moment - expected) <= 1e-5 * max(abs(expected), scale / 100), "moment \(number), \(index)")
      }
    }
  }
}
