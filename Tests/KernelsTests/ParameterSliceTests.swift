import Kernels
import Randomness
import Testing

@Suite struct ParameterSliceTests {
  private struct Settings: CustomTestStringConvertible {
    let momentum, weightDecay: Float
    let nesterov, decays: Bool
    var testDescription: String {
      "momentum \(momentum), decay \(weightDecay), nesterov \(nesterov), decays \(decays)"
    }
  }

  private static let settings = [(0, 0), (0.9, 0), (0.9, 0.01), (0, 0.01)].flatMap { momentum, decay in
    [false, true].flatMap { nesterov in
      [false, true].map {
        Settings(momentum: momentum, weightDecay: decay, nesterov: nesterov, decays: $0)
      }
    }
  }

  /// Three steps of PyTorch's formula in double.
  @Test(arguments: settings) private func sgdFollowsTheFormula(settings: Settings) throws {
    let (count, rate) = (37, Float(0.1))
    var stream = RandomStream(SampleKey(seed: 2, sample: 0), path: "sgd")
    let start = (0..<count).map { _ in Float(stream.normal()) }
    var (weights, moments) = (start, [Float](repeating: 0, count: count))
    var (w, m) = (start.map(Double.init), [Double](repeating: 0, count: count))
    let momentum = Double(settings.momentum)
    let decay = settings.decays ? Double(settings.weightDecay) : 0
    for _ in 0..<3 {
      let gradient = (0..<count).map { _ in Float(stream.normal()) }
      try step(&weights, gradient, &moments, rate, settings)
      for i in 0..<count {
        let d = Double(gradient[i]) + decay * w[i]
        m[i] = momentum * m[i] + d
        w[i] -= Double(rate) * (settings.nesterov ? d + momentum * m[i] : m[i])
      }
    }
    for i in 0..<count {
      #expect(abs(Double(weights[i]) - w[i]) < 1e-6)
      #expect(abs(Double(moments[i]) - m[i]) < 1e-6)
    }
  }

  private func step(
    _ weights: inout [Float], _ gradient: [Float], _ moments: inout [Float], _ rate: Float,
    _ settings: Settings
  ) throws {
    try weights.withUnsafeMutableBufferPointer { weights in
      try moments.withUnsafeMutableBufferPointer { moments in
        var gradient = gradient
        try gradient.withUnsafeMutableBufferPointer { gradient in
          ParameterSlice(
            weights: try #require(weights.baseAddress), gradient: try #require(gradient.baseAddress),
            moments: try #require(moments.baseAddress), momentStride: weights.count, count: weights.count,
            isWeight: settings.decays, decay: settings.decays ? 1 : 0
          ).sgd(
            learningRate: rate, momentum: settings.momentum, nesterov: settings.nesterov,
            weightDecay: settings.weightDecay)
        }
      }
    }
  }
}
