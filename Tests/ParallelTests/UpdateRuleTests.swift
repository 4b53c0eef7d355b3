import Kernels
import Networks
import Pixels
import Testing

@testable import Parallel

/// Clipping, penalties, the bound of norms and parameter settings against naive implementations in double, over twenty
/// steps, with layers of several slices and layouts with padding.
@Suite struct UpdateRuleTests {
  /// Convolutions of odd and of grouped channels, which some kernels store padded, and a dense layer of several slices.
  static let network = Network(input: .image(channels: 3, height: 8, width: 8)) {
    Conv2D(18, kernel: 3, padding: .same, bias: true)
    BatchNorm()
    ReLU()
    Conv2D(12, kernel: 3, padding: .same, groups: 3)
    ReLU()
    Flatten()
    Dense(24)
    ReLU()
    Dense(3)
  }

  private typealias Tensors = [String: [Double]]

  private func batch(_ step: Int) -> ImageBatch {
    .random(8, Self.network.input, classes: 3, seed: UInt64(step))
  }

  private func norm(_ values: some Sequence<Double>) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Values by units: the rows of a plain tensor's first dimension, and a vector whole.
  private func units(_ name: String, _ values: [Double], _ shapes: [String: [Int]]) -> [Range<Int>] {
    guard let shape = shapes[name], shape.count > 1 else { return [0..<values.count] }
    let size = values.count / shape[0]
    return (0..<shape[0]).map { $0 * size..<($0 + 1) * size }
  }

  private func decays(_ name: String, _ shapes: [String: [Int]]) -> Bool { (shapes[name]?.count ?? 0) > 1 }

  /// Trains twenty steps by a rule and by a naive update of all tensors: weights and gradients in, weights out. The
  /// gradients are those of the rule's own weights.
  private func compare(
    _ kernels: KernelSet, settings: [String: ParameterSetting] = [:], _ change: (inout UpdateRule) -> Void,
    naive: (_ weights: inout Tensors, _ gradients: inout Tensors, _ shapes: [String: [Int]]) -> Double?
  ) throws {
    func replicas() throws -> DataParallel {
      try DataParallel(
        network: Self.network, batchSize: 8, shards: 3, workers: 2, kernels: kernels, settings: settings,
        seed: 5, momentCount: 1, measuresUnits: true)
    }
    let (replicas, recorder) = (try replicas(), try replicas())
    let shapes = Dictionary(
      uniqueKeysWithValues: try Self.network.parameters().filter(\.isTrained).map { ($0.name, $0.shape) })
    var weights = try self.weights(replicas, shapes)
    for step in 0..<20 {
      try recorder.load(state: replicas.state())
      _ = try recorder.step(
        batch(step), epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: step)
      var gradients = Dictionary(
        uniqueKeysWithValues: try recorder.moments().map {
          (String($0.name.dropFirst("moment0.".count)), $0.values.map(Double.init))
        })
      let optimizer = PlainSGD(momentum: 0, nesterov: false, weightDecay: 0)
      var rule = UpdateRule(.slicewise(optimizer), learningRate: 0.0625, step: step)
      change(&rule)
      try replicas.accumulate(batch(step), epoch: 0, step: step)
      let result = try replicas.update(rule)
      if let expected = naive(&weights, &gradients, shapes) {
        #expect(abs(result.gradientNorm - expected) <= 1e-5 * expected)
      }
      for (name, values) in try self.weights(replicas, shapes) {
        let expected = try #require(weights[name])
        let error = norm(zip(expected, values).map { $0 - $1 })
        #expect(error <= 1e-5 * norm(expected) + 1e-9, "\(name), step \(step)")
      }
    }
  }

  private func weights(_ replicas: DataParallel, _ shapes: [String: [Int]]) throws -> Tensors {
    Dictionary(
      uniqueKeysWithValues: try replicas.state().filter { shapes[$0.name] != nil }.map {
        ($0.name, $0.values.map(Double.init))
      })
  }

  private func descend(_ weights: inout Tensors, _ gradients: Tensors, rate: Double = 0.0625) {
    for (name, gradient) in gradients {
      weights[name] = zip(weights[name] ?? [], gradient).map { $0 - rate * $1 }
    }
  }

  /// Of all gradients together.
  private func norm(_ gradients: Tensors) -> Double { norm(gradients.values.map { norm($0) }) }

  @Test(arguments: KernelSet.all.prefix(2)) func clippingByNormFollowsPyTorch(kernels: KernelSet) throws {
    try compare(kernels, { $0.clipping = .norm(0.5) }) { weights, gradients, _ in
      let norm = norm(gradients)
      let factor = min(1, 0.5 / (norm + 1e-6))
      gradients = gradients.mapValues { $0.map { $0 * factor } }
      descend(&weights, gradients)
      return norm
    }
  }

  @Test(arguments: KernelSet.all.prefix(2)) func clippingByValueFollowsPyTorch(kernels: KernelSet) throws {
    try compare(kernels, { $0.clipping = .value(0.03125) }) { weights, gradients, _ in
      let norm = norm(gradients)
      descend(&weights, gradients.mapValues { $0.map { min(max($0, -0.03125), 0.03125) } })
      return norm
    }
  }

  @Test(arguments: KernelSet.all.prefix(2)) func adaptiveClippingFollowsThePaper(kernels: KernelSet) throws {
    var last = ParameterSetting()
    last.isClippedAdaptively = false
    let settings = ["8.weight": last, "8.bias": last]
    try compare(kernels, settings: settings, { $0.clipping = .adaptive(0.0625) }) {
      weights, gradients, shapes in
      let norm = norm(gradients)
      var clipped = 0
      for (name, gradient) in gradients where settings[name] == nil {
        var gradient = gradient
        for unit in units(name, gradient, shapes) {
          let most = 0.0625 * max(self.norm((weights[name] ?? [])[unit]), 1e-3)
          let size = self.norm(gradient[unit])
          if size > most {
            clipped += 1
            for i in unit { gradient[i] *= most / max(size, 1e-6) }
          }
        }
        gradients[name] = gradient
      }
      #expect(clipped > 0)
      descend(&weights, gradients)
      return norm
    }
  }

  @Test(arguments: KernelSet.all.prefix(2)) func theElasticNetIsATermOfTheLoss(kernels: KernelSet) throws {
    try compare(kernels, { $0.penalty = WeightPenalty(l1: 0.0625, l2: 0.125) }) {
      weights, gradients, shapes in
      for (name, gradient) in gradients where decays(name, shapes) {
        gradients[name] = zip(weights[name] ?? [], gradient).map { w, g in
          g + 0.0625 * (w > 0 ? 1 : w < 0 ? -1 : 0) + 0.125 * w
        }
      }
      let norm = norm(gradients)
      descend(&weights, gradients)
      return norm
    }
  }

  @Test(arguments: KernelSet.all.prefix(2)) func softThresholdingFollowsTheFormula(kernels: KernelSet) throws
  {
    let penalty = WeightPenalty(l1: 0.125, isProximal: true)
    try compare(kernels, { $0.penalty = penalty }) { weights, gradients, shapes in
      let norm = norm(gradients)
      descend(&weights, gradients)
      for (name, values) in weights where decays(name, shapes) {
        weights[name] = values.map { ($0 < 0 ? -1 : 1) * max(abs($0) - 0.0625 * 0.125, 0) }
      }
      return norm
    }
  }

  /// What L1 has made zero in ten steps is so after ten more without it, and the rest goes on.
  @Test(arguments: KernelSet.all.prefix(2)) func heldZerosStay(kernels: KernelSet) throws {
    var steps = 0
    var zeros: [String: [Bool]] = [:]
    try compare(kernels) { rule in
      rule.penalty = WeightPenalty(l1: rule.step < 10 ? 0.5 : 0, isProximal: true)
      rule.holdsZeros = rule.step >= 10
    } naive: { weights, gradients, shapes in
      let isHeld = zeros.count > 0
      for (name, values) in weights where isHeld {
        gradients[name] = zip(gradients[name] ?? [], values).map { $1 == 0 && decays(name, shapes) ? 0 : $0 }
      }
      let norm = norm(gradients)
      descend(&weights, gradients)
      steps += 1
      for (name, values) in weights where decays(name, shapes) && steps <= 10 {
        weights[name] = values.map { ($0 < 0 ? -1 : 1) * max(abs($0) - 0.0625 * 0.5, 0) }
      }
      if steps == 10 { zeros = weights.mapValues { $0.map { $0 == 0 } } }
      return norm
    }
    #expect(zeros.values.contains { $0.contains(true) && $0.contains(false) })
  }

  @Test(arguments: KernelSet.all.prefix(2)) func theBoundOfNormsFollowsKeras(kernels: KernelSet) throws {
    try compare(kernels, { $0.maxNorm = 0.75 }) { weights, gradients, shapes in
      let norm = norm(gradients)
      descend(&weights, gradients)
      for (name, values) in weights where decays(name, shapes) {
        var values = values
        for unit in units(name, values, shapes) {
          let size = self.norm(values[unit])
          // Keras: w * clip(norm, 0, limit) / (1e-7 + norm).
          for i in unit { values[i] *= min(size, 0.75) / (1e-7 + size) }
        }
        weights[name] = values
      }
      return norm
    }
  }

  @Test func settingsGiveRatesAndDecays() throws {
    var (fast, held) = (ParameterSetting(), ParameterSetting())
    (fast.rate, fast.decay) = (4, 0.5)
    held.decay = 2
    let settings = ["8.weight": fast, "8.bias": held]
    try compare(KernelSet(.fp32, .convoy), settings: settings, { $0.penalty = WeightPenalty(l2: 0.125) }) {
      weights, gradients, shapes in
      for (name, gradient) in gradients {
        let decay = settings[name].map { Double($0.decay ?? 0) } ?? (decays(name, shapes) ? 1 : 0)
        let rate = Double(settings[name]?.rate ?? 1)
        weights[name] = zip(weights[name] ?? [], gradient).map {
          $0 - 0.0625 * rate * ($1 + 0.125 * decay * $0)
        }
      }
      return nil
    }
  }
}
