import Foundation
import TestSupport
import Testing

@testable import Networks

/// What the initialisers draw. Every test of a distribution would fail for less than one seed in a thousand; the
/// seeds are fixed.
@Suite struct InitializerTests {
  private static let shape = [64, 32, 3, 3]
  private static let count = 64 * 32 * 9
  private static let fans = (fanIn: 32.0 * 9, fanOut: 64.0 * 9)

  private static func values(
    _ initializer: Initializer, name: String = "w", shape: [Int] = shape, seed: UInt64 = 1
  ) -> [Float] {
    var parameter = ParameterSpecification.weight(shape, initializer, standard: .zeros)
    parameter.name = name
    return parameter.initialTensor(seed: seed).values
  }

  /// An initialiser with the distribution that it should draw from.
  struct Draws: CustomTestStringConvertible {
    let initializer: Initializer
    let variance: Double
    let isUniform: Bool
    var testDescription: String { "\(initializer)" }

    static func normal(_ initializer: Initializer, _ deviation: Double) -> Draws {
      Draws(initializer: initializer, variance: deviation * deviation, isUniform: false)
    }
    static func uniform(_ initializer: Initializer, _ bound: Double) -> Draws {
      Draws(initializer: initializer, variance: bound * bound / 3, isUniform: true)
    }

    /// The probability of at most `x`.
    func distribution(_ x: Double) -> Double {
      if isUniform {
        let bound = (3 * variance).squareRoot()
        return min(max((x / bound + 1) / 2, 0), 1)
      }
      return erfc(-x / (2 * variance).squareRoot()) / 2
    }
  }

  /// Formulas as in the papers and in `torch.nn.init`.
  static let draws: [Draws] = [
    .normal(.normal(std: 0.02), 0.02), .uniform(.uniform(bound: 0.3), 0.3),
    .normal(.xavierNormal(), (2 / (fans.fanIn + fans.fanOut)).squareRoot()),
    .normal(.xavierNormal(gain: 2), 2 * (2 / (fans.fanIn + fans.fanOut)).squareRoot()),
    .uniform(.xavierUniform(gain: 5.0 / 3), 5.0 / 3 * (6 / (fans.fanIn + fans.fanOut)).squareRoot()),
    .normal(.heNormal(), (2 / fans.fanIn).squareRoot()),
    .normal(.heNormal(mode: .fanOut), (2 / fans.fanOut).squareRoot()),
    .normal(.heNormal(activation: .leakyReLU(slope: 0.5)), (2 / 1.25 / fans.fanIn).squareRoot()),
    .uniform(.heUniform(mode: .fanOut, activation: .linear), (3 / fans.fanOut).squareRoot()),
    .uniform(.heUniform(activation: .leakyReLU(slope: 5.0.squareRoot())), 1 / fans.fanIn.squareRoot()),
    .uniform(.pytorch, 1 / fans.fanIn.squareRoot()), .normal(.leCunNormal, 1 / fans.fanIn.squareRoot()),
    .uniform(.leCunUniform, (3 / fans.fanIn).squareRoot()),
    // Cut at a hundred standard deviations: not at all.
    .normal(.truncatedNormal(std: 0.02), 0.02),
  ]

  /// Within four standard errors; that of the variance is largest for normal draws.
  @Test(arguments: draws) func meanAndVariance(_ draws: Draws) {
    let values = Self.values(draws.initializer).map(Double.init)
    let n = Double(Self.count)
    #expect(values.count == Self.count)
    #expect(abs(values.reduce(0, +) / n) < 4 * (draws.variance / n).squareRoot())
    let variance = values.reduce(0) { $0 + $1 * $1 } / n
    #expect(abs(variance / draws.variance - 1) < 4 * (2 / n).squareRoot())
  }

  @Test(arguments: draws) func distribution(_ draws: Draws) {
    let values = Self.values(draws.initializer, seed: 2).map(Double.init)
    #expect(Self.kolmogorovSmirnov(values, draws.distribution) < 1.95)
  }

  /// Narrow limits, wide ones, and some on one side of 0 only.
  @Test(arguments: [(1.0, -2.0, 2.0), (1, -0.5, 1.5), (0.5, 0, 3), (2, -1, 0)])
  func truncatedNormalsAreNormalWithinTheirLimits(std: Double, low: Double, high: Double) {
    let values = Self.values(.truncatedNormal(std: std, low: low, high: high)).map(Double.init)
    #expect(values.allSatisfy { (low...high).contains($0) })
    func normal(_ x: Double) -> Double { erfc(-x / std / 2.0.squareRoot()) / 2 }
    let distance = Self.kolmogorovSmirnov(values) {
      (normal($0) - normal(low)) / (normal(high) - normal(low))
    }
    #expect(distance < 1.95)
  }

  /// Kolmogorov's and Smirnov's statistic, times the root of the number of values: above 1.95 for one sample in a
  /// thousand.
  static func kolmogorovSmirnov(_ values: [Double], _ distribution: (Double) -> Double) -> Double {
    let n = Double(values.count)
    let distance = values.sorted().enumerated().map { index, value in
      let expected = distribution(value)
      return max(expected - Double(index) / n, Double(index + 1) / n - expected)
    }.max()
    return (distance ?? 1) * n.squareRoot()
  }

  /// Rows or columns, whichever are fewer, of the matrix of the first dimension by the rest.
  @Test(
    arguments: [[6, 40], [40, 6], [16, 16], [8, 3, 3, 3], [40, 2, 3, 3], [1, 5], [5, 1]], [1, 1.5])
  func orthogonalMatricesAreOrthogonal(shape: [Int], gain: Double) {
    let values = Self.values(.orthogonal(gain: gain), shape: shape).map(Double.init)
    let (rows, columns) = (shape[0], shape[1...].reduce(1, *))
    let count = min(rows, columns)
    for a in 0..<count {
      for b in 0..<count {
        let product = (0..<max(rows, columns)).reduce(0.0) { sum, index in
          rows <= columns
            ? sum + values[a * columns + index] * values[b * columns + index]
            : sum + values[index * columns + a] * values[index * columns + b]
        }
        #expect(abs(product - (a == b ? gain * gain : 0)) < 1e-5)
      }
    }
  }

  /// The angle of the first row of a random 2 x 2 rotation or reflection is uniform.
  @Test func orthogonalMatricesAreUniform() {
    let angles = (0..<2000).map { seed in
      let row = Self.values(.orthogonal(), shape: [2, 2], seed: UInt64(seed)).map(Double.init)
      return atan2(row[1], row[0])
    }
    #expect(Self.kolmogorovSmirnov(angles) { ($0 / .pi + 1) / 2 } < 1.95)
  }

  @Test func constantsAreConstant() {
    #expect(Self.values(.zeros).allSatisfy { $0 == 0 })
    #expect(Self.values(.ones).allSatisfy { $0 == 1 })
    #expect(Self.values(.constant(0.25)).allSatisfy { $0 == 0.25 })
    for none in [
      Initializer.normal(std: 0), .uniform(bound: 0), .truncatedNormal(std: 0), .orthogonal(gain: 0),
    ] {
      #expect(Self.values(none, shape: [4, 4]).allSatisfy { $0 == 0 })
    }
  }

  @Test func seedAndNameAreTheKey() {
    #expect(Self.values(.heNormal()) == Self.values(.heNormal()))
    #expect(Self.values(.heNormal()) != Self.values(.heNormal(), seed: 2))
    #expect(Self.values(.heNormal()) != Self.values(.heNormal(), name: "v"))
  }

  /// Recorded on x86-64 with glibc 2.36; the same everywhere.
  @Test(arguments: [
    (Initializer.heNormal(), [0.14391033, -0.042629, 1.0373853, -0.54872924]),
    (.pytorch, [-0.15214224, 0.2602084, -0.4415347, -0.1325029]),
    (.truncatedNormal(std: 1), [0.2275422, -0.06740237, 1.6402503, -0.8676171]),
    (.orthogonal(), [0.10403266, -0.03081647, 0.7499251, -0.3966759]),
  ])
  func theBitsAreTheSameOnEveryPlatform(initializer: Initializer, expected: [Float]) {
    #expect(Array(Self.values(initializer, shape: [3, 5]).prefix(4)) == expected)
  }

  /// `torch.nn.init.calculate_gain`.
  @Test func gainsArePyTorchs() throws {
    let text = String(decoding: try Fixtures.bytes("gains.txt"), as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.count == 9)
    for line in lines {
      var activation = try #require(Nonlinearity.named[line[0]])
      if case .leakyReLU = activation, let slope = Double(line[1]) { activation = .leakyReLU(slope: slope) }
      #expect(abs(activation.gain - (try #require(Double(line[2])))) < 1e-15)
    }
  }

  /// `torch.nn.init._calculate_fan_in_and_fan_out` of the weights of `nn.Conv2d` and `nn.Linear`.
  @Test func fansArePyTorchs() throws {
    let text = String(decoding: try Fixtures.bytes("fans.txt"), as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int($0) } }
    #expect(lines.count == 7)
    for line in lines {
      let (inputs, outputs, kernel, groups) = (line[0], line[1], line[2], line[3])
      let parameters =
        kernel == 0
        ? Dense(outputs).parameters(for: .vector(inputs))
        : Conv2D(outputs, kernel: kernel, groups: groups, bias: true)
          .parameters(for: .image(channels: inputs, height: 9, width: 9))
      #expect(parameters[0].fanIn == line[4])
      #expect(parameters[0].fanOut == line[5])
      #expect(parameters[1].fanIn == line[4])
    }
  }
}
