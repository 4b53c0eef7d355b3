import Kernels
import Testing

@Suite struct GaussianAverageTests {
  private func average(_ activation: Activation, mean: [Float], variance: [Float]) -> [Float] {
    let average = GaussianAverage(of: activation, points: 64)
    var y = [Float](repeating: .nan, count: mean.count)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: average.scratchByteCount, alignment: 64)
    defer { scratch.deallocate() }
    average.average(
      mean: mean, variance: variance, into: &y, count: mean.count, type: .fp32, scratch: scratch)
    return y
  }

  private let means = (0..<600).map { Float($0 - 300) / 100 }

  /// `m P(m / s) + s p(m / s)` for the normal law's distribution and density.
  @Test(arguments: [0.1, 1, 2]) func aReLUsAverage(deviation: Float) {
    let variance = [Float](repeating: deviation * deviation, count: means.count)
    let y = average(.leakyReLU(slope: 0), mean: means, variance: variance)
    for (mean, y) in zip(means, y) {
      let (m, s) = (Double(mean), Double(deviation))
      #expect(abs(Double(y) - NormalLaw.meanOfReLU(m, s)) < 0.003 * s)
    }
  }

  @Test func aLinearFunctionsAverageIsTheMean() {
    let y = average(.leakyReLU(slope: 1), mean: means, variance: [Float](repeating: 2, count: means.count))
    #expect(zip(y, means).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func withoutVarianceItIsTheFunction() {
    let zeros = [Float](repeating: 0, count: means.count)
    var expected = means
    Activation.silu.forward(means, into: &expected, count: means.count, type: .fp32)
    let below = zeros.map { _ in Float(-1e-9) }
    for variance in [zeros, below] {
      let y = average(.silu, mean: means, variance: variance)
      #expect(zip(y, expected).allSatisfy { abs($0 - $1) <= 1e-5 })
    }
  }

  /// Against a sum over 4,000 slices of the law.
  @Test(arguments: [Activation.tanh, .sigmoid, .gelu, .elu(alpha: 1, scale: 1), .softplus(beta: 1)])
  func smoothFunctions(activation: Activation) {
    let mean: [Float] = [-2, -0.5, 0, 1, 3]
    let y = average(activation, mean: mean, variance: [Float](repeating: 2.25, count: 5))
    for (m, average) in zip(mean, y) {
      var sum = 0.0
      for slice in -2000..<2000 {
        let z = (Double(slice) + 0.5) / 250
        let x = [m + Float(1.5 * z)]
        var values = x
        activation.forward(x, into: &values, count: 1, type: .fp32)
        sum += Double(values[0]) * NormalLaw.density(z) / 250
      }
      #expect(abs(Double(average) - sum) < 0.006)
    }
  }

  @Test func bf16TakesAndGivesRoundedValues() {
    let average = GaussianAverage(of: .tanh, points: 64)
    let (mean, variance) = ([Float](repeating: 0.5, count: 9), [Float](repeating: 1, count: 9))
    var y = [BFloat16](repeating: BFloat16(0), count: 9)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: average.scratchByteCount, alignment: 64)
    defer { scratch.deallocate() }
    average.average(
      mean: mean.map { BFloat16($0) }, variance: variance.map { BFloat16($0) }, into: &y, count: 9,
      type: .bf16, scratch: scratch)
    let expected = self.average(.tanh, mean: mean, variance: variance)
    #expect(y == expected.map { BFloat16($0) })
  }
}
