import Foundation
import Kernels
import Networks
import Pixels
import Testing

@testable import Parallel

/// LARS and LAMB against their papers' formulas in double, over several steps, with layers of several slices.
@Suite struct LayerwiseTests {
  /// The dense layer of 192 inputs has more weights than a slice.
  private static let network = Network(input: .image(channels: 3, height: 8, width: 8)) {
    Flatten()
    Dense(64)
    ReLU()
    Dense(3)
  }

  /// The settings of `Training.LARS`, which `Parallel` does not know.
  private struct TestLARS: LayerwiseOptimizer {
    var momentCount: Int { 1 }
    func measure(_ slice: ParameterSlice, step: Int) -> SquaredNorms { slice.gradientNorms() }
    func update(_ slice: ParameterSlice, norms: SquaredNorms, learningRate: Float, step: Int) {
      slice.lars(
        norms: norms, learningRate: learningRate, momentum: 0.875, weightDecay: 0.0625,
        trustCoefficient: 0.0078125)
    }
  }

  private struct TestLAMB: LayerwiseOptimizer {
    var momentCount: Int { 2 }
    func measure(_ slice: ParameterSlice, step: Int) -> SquaredNorms {
      slice.lambDirection(beta1: 0.875, beta2: 0.96875, epsilon: 1e-6, weightDecay: 0.0625, step: step)
    }
    func update(_ slice: ParameterSlice, norms: SquaredNorms, learningRate: Float, step: Int) {
      slice.lamb(norms: norms, learningRate: learningRate)
    }
  }

  private func replicas(momentCount: Int, workers: Int = 2) throws -> DataParallel {
    try DataParallel(
      network: Self.network, batchSize: 8, shards: 4, workers: workers, seed: 5, momentCount: momentCount)
  }

  private func batch(_ step: Int) -> ImageBatch {
    .random(8, Self.network.input, classes: 3, seed: UInt64(step))
  }

  /// The gradients of a step at some weights, by the parameters' names.
  private func gradients(_ recorder: DataParallel, _ state: [Tensor], step: Int) throws -> [String: [Double]]
  {
    try recorder.load(state: state)
    _ = try recorder.step(batch(step), epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: step)
    return Dictionary(
      uniqueKeysWithValues: try recorder.moments().map {
        (String($0.name.dropFirst("moment0.".count)), $0.values.map(Double.init))
      })
  }

  private func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// Compares five steps with a naive update of one tensor: weights, moments and gradient in, weights and moments out.
  private func compare(
    _ optimizer: any LayerwiseOptimizer, momentCount: Int, learningRate: Float,
    _ update: (_ w: inout [Double], _ m: inout [[Double]], _ g: [Double], _ decays: Bool, _ step: Int) -> Void
  ) throws {
    let (replicas, recorder) = (try replicas(momentCount: momentCount), try replicas(momentCount: 1))
    var weights = try replicas.state().map { $0.values.map(Double.init) }
    var moments = weights.map { [[Double]](repeating: $0.map { _ in 0 }, count: momentCount) }
    for step in 0..<5 {
      let gradients = try gradients(recorder, replicas.state(), step: step)
      try replicas.accumulate(batch(step), epoch: 0, step: step)
      _ = try replicas.update(optimizer: optimizer, learningRate: learningRate, step: step)
      for (place, tensor) in try replicas.state().enumerated() {
        update(
          &weights[place], &moments[place], try #require(gradients[tensor.name]),
          tensor.name.hasSuffix("weight"), step)
        let error = zip(weights[place], tensor.values).map { $0 - Double($1) }
        #expect(norm(error) <= 1e-6 * norm(weights[place]), "\(tensor.name), step \(step)")
      }
    }
  }

  @Test func larsFollowsThePaper() throws {
    try compare(TestLARS(), momentCount: 1, learningRate: 2) { w, m, g, decays, _ in
      let (a, b) = (norm(w), norm(g))
      let trust = decays && a > 0 && b > 0 ? 0.0078125 * a / (b + 0.0625 * a) : 1
      for i in w.indices {
        m[0][i] = 0.875 * m[0][i] + 2 * trust * (g[i] + (decays ? 0.0625 * w[i] : 0))
        w[i] -= m[0][i]
      }
    }
  }

  @Test func lambFollowsThePaper() throws {
    try compare(TestLAMB(), momentCount: 2, learningRate: 0.03125) { w, m, g, decays, step in
      let t = Double(step + 1)
      var r = g
      for i in w.indices {
        m[0][i] = 0.875 * m[0][i] + 0.125 * g[i]
        m[1][i] = 0.96875 * m[1][i] + 0.03125 * g[i] * g[i]
        let first = m[0][i] / (1 - pow(0.875, t))
        let second = m[1][i] / (1 - pow(0.96875, t))
        r[i] = first / (second.squareRoot() + 1e-6) + (decays ? 0.0625 * w[i] : 0)
      }
      let (a, b) = (norm(w), norm(r))
      let trust = decays && a > 0 && b > 0 ? a / b : 1
      for i in w.indices { w[i] -= 0.03125 * trust * r[i] }
    }
  }

  private enum Kind: CaseIterable { case lars, lamb }

  @Test(arguments: Kind.allCases, [1, 3, 6])
  private func workersChangeNothing(kind: Kind, workers: Int) throws {
    let optimizer: any LayerwiseOptimizer = kind == .lars ? TestLARS() : TestLAMB()
    let outcomes = try [workers, 2].map { workers in
      let replicas = try replicas(momentCount: kind == .lars ? 1 : 2, workers: workers)
      for step in 0..<3 {
        try replicas.accumulate(batch(step), epoch: 0, step: step)
        _ = try replicas.update(optimizer: optimizer, learningRate: 0.1, step: step)
      }
      return (try replicas.state() + replicas.moments(), replicas.digests)
    }
    #expect(outcomes[0].0 == outcomes[1].0)
    #expect(outcomes[0].1 == outcomes[1].1)
  }

  /// A layer of zeros has no size to scale to: it takes the step as it is.
  @Test(arguments: Kind.allCases) private func zerosAreNoTrap(kind: Kind) throws {
    let replicas = try replicas(momentCount: 2)
    try replicas.load(
      state: replicas.state().map {
        Tensor(name: $0.name, shape: $0.shape, values: $0.values.map { _ in 0 })
      })
    let optimizer: any LayerwiseOptimizer = kind == .lars ? TestLARS() : TestLAMB()
    try replicas.accumulate(batch(0), epoch: 0, step: 0)
    _ = try replicas.update(optimizer: optimizer, learningRate: 0.1, step: 0)
    #expect(try replicas.state().allSatisfy { $0.values.allSatisfy(\.isFinite) })
    #expect(try replicas.state().contains { $0.values.contains { $0 != 0 } })
  }
}
