import Testing

@testable import Networks

@Suite struct InitializerTests {
  /// 64 * 32 * 9 draws: means are within five standard errors, and variances (of normal draws with a
  /// standard error of sqrt(2 / n), of uniform draws a smaller one) too, but once in two million seeds.
  private static let shape = [64, 32, 3, 3]
  private static let count = 64 * 32 * 9
  private static let fans = (fanIn: 32 * 9, fanOut: 64 * 9)

  private func values(_ initializer: Initializer, name: String = "w", seed: UInt64 = 1) -> [Float] {
    initializer.values(
      name: name, shape: Self.shape, fanIn: Self.fans.fanIn, fanOut: Self.fans.fanOut, seed: seed)
  }

  @Test(arguments: [
    (Initializer.heNormal(mode: .fanOut), 2 / Double(64 * 9)), (.pytorch, 1 / Double(3 * 32 * 9)),
  ])
  func meanAndVariance(initializer: Initializer, variance: Double) {
    let draws = values(initializer).map(Double.init)
    let n = Double(Self.count)
    let mean = draws.reduce(0, +) / n
    let squares = draws.reduce(0) { $0 + $1 * $1 } / n
    #expect(draws.count == Self.count)
    #expect(abs(mean) < 5 * (variance / n).squareRoot())
    #expect(abs(squares / variance - 1) < 5 * (2 / n).squareRoot())
  }

  @Test func uniformStaysWithinItsBound() {
    let bound = Float(1 / Double(Self.fans.fanIn).squareRoot())
    let draws = values(.pytorch)
    #expect(draws.allSatisfy { abs($0) <= bound })
    #expect(draws.contains { $0 > 0.99 * bound } && draws.contains { $0 < -0.99 * bound })
  }

  @Test func constantsAreConstant() {
    #expect(values(.zeros).allSatisfy { $0 == 0 })
    #expect(values(.ones).allSatisfy { $0 == 1 })
  }

  @Test func seedAndNameAreTheKey() {
    #expect(values(.heNormal()) == values(.heNormal()))
    #expect(values(.heNormal()) != values(.heNormal(), seed: 2))
    #expect(values(.heNormal()) != values(.heNormal(), name: "v"))
  }
}
