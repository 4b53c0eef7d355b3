import CKernels
import Foundation
import Testing

/// Every activation and its slope against its formula in double.
@Suite struct ActivationTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let function: ck_function
    var a: Float = 1
    var b: Float = 1
    let value, slope: @Sendable (Double) -> Double
    var testDescription: String { name }
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
  /// By `erfc`, so that the tail keeps its places.
  private static func distribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
  private static func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
  private static let root = (2 / Double.pi).squareRoot()

  static let all = [
    Case(name: "sigmoid", function: CK_SIGMOID, value: sigmoid, slope: { sigmoid($0) * sigmoid(-$0) }),
    Case(name: "tanh", function: CK_TANH, value: { tanh($0) }, slope: { 1 / (cosh($0) * cosh($0)) }),
    Case(
      name: "leaky-relu", function: CK_LEAKY_RELU, a: 0.125, value: { $0 > 0 ? $0 : 0.125 * $0 },
      slope: { $0 > 0 ? 1 : 0.125 }),
    Case(
      name: "elu", function: CK_ELU, a: 1.5, b: 1.25, value: { 1.25 * ($0 > 0 ? $0 : 1.5 * expm1($0)) },
      slope: { 1.25 * ($0 > 0 ? 1 : 1.5 * exp($0)) }),
    Case(
      name: "gelu", function: CK_GELU, value: { $0 * distribution($0) },
      slope: { distribution($0) + $0 * density($0) }),
    Case(
      name: "gelu-tanh", function: CK_GELU_TANH,
      value: { $0 * sigmoid(2 * root * ($0 + 0.044715 * $0 * $0 * $0)) },
      slope: {
        let u = 2 * root * ($0 + 0.044715 * $0 * $0 * $0)
        return sigmoid(u) + $0 * sigmoid(u) * sigmoid(-u) * 2 * root * (1 + 3 * 0.044715 * $0 * $0)
      }),
    Case(
      name: "silu", function: CK_SILU, value: { $0 * sigmoid($0) },
      slope: { sigmoid($0) + $0 * sigmoid($0) * sigmoid(-$0) }),
    Case(
      name: "hard-sigmoid", function: CK_HARD_SIGMOID, value: { min(max($0 / 6 + 0.5, 0), 1) },
      slope: { abs($0) < 3 ? 1 / 6 : 0 }),
    Case(
      name: "hard-swish", function: CK_HARD_SWISH, value: { $0 * min(max($0 + 3, 0), 6) / 6 },
      slope: { $0 < -3 ? 0 : $0 <= 3 ? $0 / 3 + 0.5 : 1 }),
    Case(
      name: "softplus", function: CK_SOFTPLUS, a: 2,
      value: { (max(2 * $0, 0) + log1p(exp(-abs(2 * $0)))) / 2 },
      slope: { sigmoid(2 * $0) }),
    Case(
      name: "relu6", function: CK_RELU6, value: { min(max($0, 0), 6) },
      slope: { $0 > 0 && $0 < 6 ? 1 : 0 }),
  ]

  /// From far in one tail to far in the other, dense around 0, with both zeros and the kinks.
  private static let points: [Float] = {
    var points: [Float] = [-0.0, 3, -3]
    for i in -400...400 { points.append(Float(i) * 0.025) }
    for i in -60...60 { points.append(Float(i) * 1.5) }
    for exponent in 1...12 {
      let small = Float(sign: .plus, exponent: -2 * exponent, significand: 1.25)
      points += [small, -small]
    }
    return points
  }()

  /// fp32 results are within 3e-6 of the formula's: an argument of 10 whose last place is off changes an
  /// exponential by 10 * 2^-24. Slopes are sums of terms around 1 that cancel where they cross 0. bf16 rounds once
  /// more.
  @Test(arguments: all, variants) func matchesTheFormula(_ activation: Case, _ variant: ck_variant) {
    let kernels = ck_kernels_of(variant).pointee
    for type in types {
      let relative = 3e-6 + type.rounding
      for count in [Self.points.count, 1, 13] {
        let x = GuardedTensor(type, Array(Self.points.suffix(count)))
        let dy = GuardedTensor(type, noise(count, seed: 3))
        let y = GuardedTensor(type, count: count)
        kernels.activation!(
          activation.function, activation.a, activation.b, type, x.pointer, count, y.pointer)
        #expect(
          agree(y.values, x.values.map(activation.value), relative: relative, absolute: 3e-9) == .agree)
        #expect(y.isGuarded)
        kernels.activation_backward!(
          activation.function, activation.a, activation.b, type, dy.pointer, x.pointer, count, y.pointer)
        let expected = (0..<count).map { dy[$0] * activation.slope(x[$0]) }
        #expect(agree(y.values, expected, relative: relative, absolute: 1e-7) == .agree)
        #expect(y.isGuarded)
      }
    }
  }

  @Test(arguments: all, variants) func nanStaysAndLargeNumbersAreNoTrap(
    _ activation: Case, _ variant: ck_variant
  ) {
    let kernels = ck_kernels_of(variant).pointee
    for type in types {
      let x = GuardedTensor(type, [.nan, 1e30, -1e30]), y = GuardedTensor(type, count: 3)
      kernels.activation!(activation.function, activation.a, activation.b, type, x.pointer, 3, y.pointer)
      #expect(y[0].isNaN)
      for i in 1...2 {
        let expected = activation.value(x[i])
        #expect(abs(y[i] - expected) <= 0.01 * abs(expected) + 1e-6)
      }
    }
  }

  @Test(arguments: variants) func parametricSlopes(_ variant: ck_variant) {
    let kernels = ck_kernels_of(variant).pointee
    for type in types {
      for (rows, channels) in [(1, 1), (7, 3), (40, 16), (1100, 21)] {
        let count = rows * channels
        let x = GuardedTensor(type, noise(count, seed: 1)), dy = GuardedTensor(type, noise(count, seed: 2))
        let slopes = GuardedTensor(CK_F32, noise(channels, seed: 3))
        let y = GuardedTensor(type, count: count), gradients = GuardedTensor(CK_F32, count: channels)
        kernels.prelu!(type, x.pointer, rows, channels, slopes.floats, y.pointer)
        #expect(
          agree(
            y.values, (0..<count).map { x[$0] > 0 ? x[$0] : slopes[$0 % channels] * x[$0] },
            relative: type.rounding, absolute: 0) == .agree)
        kernels.prelu_backward!(
          type, dy.pointer, x.pointer, rows, channels, slopes.floats, y.pointer, gradients.floats)
        #expect(
          agree(
            y.values, (0..<count).map { x[$0] > 0 ? dy[$0] : slopes[$0 % channels] * dy[$0] },
            relative: type.rounding, absolute: 0) == .agree)
        let expected = (0..<channels).map { channel in
          stride(from: channel, to: count, by: channels).reduce(0) { $0 + (x[$1] > 0 ? 0 : x[$1] * dy[$1]) }
        }
        #expect(
          agree(gradients.values, expected, relative: 0, absolute: Double(min(rows, 512)) * 0x1p-24) == .agree
        )
        #expect(y.isGuarded && gradients.isGuarded)
      }
    }
  }
}
