import Testing

@testable import Diagnostics

@Suite struct ScalabilityFitTests {
  /// Points of a law, each off by a relative error.
  private func points(
    _ workers: [Int], rate: Double = 500, contention: Double, coherence: Double = 0, errors: [Double] = []
  ) -> [ScalabilityFit.Point] {
    let law = ScalabilityFit(
      rate: rate, contention: contention, coherence: coherence, points: 0, relativeError: 0)
    return workers.enumerated().map { index, count in
      let error = errors.indices.contains(index) ? errors[index] : 0
      return .init(workers: count, imagesPerSecond: law.imagesPerSecond(workers: count) * (1 + error))
    }
  }

  @Test(
    "Amdahl's law is recovered exactly", arguments: [0, 0.01, 0.1, 0.5, 1], [[1, 2], [1, 2, 4, 8], [2, 6]])
  func amdahl(share: Double, workers: [Int]) throws {
    let fit = try #require(ScalabilityFit.amdahl(points(workers, contention: share)))
    #expect(abs(fit.contention - share) < 1e-9)
    #expect(abs(fit.rate - 500) < 1e-6)
    #expect(fit.coherence == 0)
    #expect(fit.points == workers.count)
    #expect(fit.relativeError < 1e-9)
  }

  @Test(
    "the universal law is recovered exactly", arguments: [0, 0.02, 0.3], [0, 1e-4, 0.01])
  func universal(contention: Double, coherence: Double) throws {
    let measured = points([1, 2, 4, 8, 16], rate: 0.3, contention: contention, coherence: coherence)
    let fit = try #require(ScalabilityFit.universal(measured))
    #expect(abs(fit.contention - contention) < 1e-9)
    #expect(abs(fit.coherence - coherence) < 1e-9)
    #expect(abs(fit.rate - 0.3) < 1e-9)
    let best = coherence > 0 ? ((1 - contention) / coherence).squareRoot() : nil
    #expect((fit.bestWorkers == nil) == (best == nil))
    if let best { #expect(abs((fit.bestWorkers ?? 0) / best - 1) < 1e-6) }
  }

  @Test("noise moves the parameters a little")
  func noise() throws {
    let errors = [0.01, -0.008, 0.006, -0.01, 0.007]
    let measured = points([1, 2, 4, 8, 16], contention: 0.05, coherence: 0.002, errors: errors)
    let fit = try #require(ScalabilityFit.universal(measured))
    #expect(abs(fit.contention - 0.05) < 0.02)
    #expect(abs(fit.coherence - 0.002) < 0.002)
    #expect(fit.relativeError > 0 && fit.relativeError < 0.01)
  }

  @Test("what cannot be told from so few numbers of workers is not told")
  func tooFew() {
    #expect(ScalabilityFit.amdahl([]) == nil)
    #expect(ScalabilityFit.amdahl(points([1], contention: 0.1)) == nil)
    #expect(ScalabilityFit.amdahl(points([4, 4, 4], contention: 0.1)) == nil)
    #expect(ScalabilityFit.amdahl(points([1, 2], contention: 0.1)) != nil)
    #expect(ScalabilityFit.universal(points([1, 2], contention: 0.1)) == nil)
    #expect(ScalabilityFit.universal(points([1, 2, 2], contention: 0.1)) == nil)
    #expect(ScalabilityFit.universal(points([1, 2, 3], contention: 0.1)) != nil)
  }

  @Test("better than perfect by chance is perfect")
  func superlinear() throws {
    let measured: [ScalabilityFit.Point] = [
      .init(workers: 1, imagesPerSecond: 100), .init(workers: 2, imagesPerSecond: 210),
      .init(workers: 4, imagesPerSecond: 420),
    ]
    for fit in [ScalabilityFit.amdahl(measured), .universal(measured)] {
      let fit = try #require(fit)
      #expect(fit.contention == 0 && fit.coherence == 0)
      #expect(abs(fit.rate - 103) < 3)
      #expect(fit.relativeError > 0)
    }
  }

  @Test("slower with more workers is a serial share of 1")
  func slower() throws {
    let measured: [ScalabilityFit.Point] = [
      .init(workers: 1, imagesPerSecond: 100), .init(workers: 2, imagesPerSecond: 80),
    ]
    let fit = try #require(ScalabilityFit.amdahl(measured))
    #expect(fit.contention == 1)
    #expect(abs(fit.imagesPerSecond(workers: 8) - 90) < 1e-9)
  }

  @Test("a rate of nothing is no point")
  func nothing() {
    let measured: [ScalabilityFit.Point] = [
      .init(workers: 1, imagesPerSecond: 0), .init(workers: 2, imagesPerSecond: 80),
    ]
    #expect(ScalabilityFit.amdahl(measured) == nil)
  }
}
