import Kernels
import Networks
import Pixels
import Testing

@testable import Parallel

/// Training with frozen layers: what trains gets the gradients that it would get anyway, what is frozen stays, and
/// neither costs what it need not.
@Suite struct FrozenTrainingTests {
  /// The first half of the parameters, one in the middle, the last layer, all weights, all of norms.
  enum Choice: String, CaseIterable, CustomTestStringConvertible {
    case firstHalf, middle, last, weights, norms
    var testDescription: String { rawValue }

    /// The patterns for a network; nil where they would freeze nothing or everything.
    func patterns(_ network: Network) throws -> [String]? {
      let parameters = try network.parameters()
      let layers = parameters.filter(\.isTrained).map { $0.name.split(separator: ".").dropLast() }
        .map { $0.joined(separator: ".") }
        .reduce(into: [String]()) { layers, layer in if layers.last != layer { layers.append(layer) } }
      let norms = parameters.filter { $0.name.hasSuffix(".running_mean") }
        .map { String($0.name.dropLast(".running_mean".count)) }
      if layers.count < 2 { return nil }
      return switch self {
      case .firstHalf: Array(layers[..<(layers.count / 2)])
      case .middle: layers.count < 3 ? nil : [layers[layers.count / 2]]
      case .last: [layers[layers.count - 1]]
      case .weights: parameters.contains { $0.name.hasSuffix(".bias") } ? ["*.weight"] : nil
      case .norms: norms.isEmpty ? nil : norms
      }
    }
  }

  /// With batch norms that go on as before, whatever trains has the very bits that it has without freezing.
  @Test(arguments: SmallNetwork.all, KernelSet.all)
  func gradientsAreThoseOfTheWholeNetwork(small: SmallNetwork, kernels: KernelSet) throws {
    let fixture = try LayerFixture(small)
    for isSynchronized in [false, true] {
      let whole = try step(fixture, try fixture.replicas(small, kernels, synchronized: isSynchronized))
      for choice in Choice.allCases {
        guard let patterns = try choice.patterns(small.network) else { continue }
        let frozen = FrozenLayers(patterns: patterns, trainsNorms: true)
        let part = try step(
          fixture, try fixture.replicas(small, kernels, synchronized: isSynchronized, frozen: frozen))
        let names = try frozen.tensors(of: small.network)
        #expect(
          part.gradients == whole.gradients.filter { !names.contains(String($0.name.dropFirst(8))) },
          "\(choice), synchronised: \(isSynchronized)")
        #expect(part.state == whole.state, "\(choice)")
        #expect(part.digests == whole.digests, "\(choice)")
      }
    }
  }

  /// Frozen batch norms run as in inference: by both libraries the same, in fp32 closely, in bf16 up to its roundings.
  /// `FiniteDifferenceTests` says that it is right.
  @Test(arguments: SmallNetwork.withNorms, KernelSet.all)
  func frozenNormsRunAsInInference(small: SmallNetwork, kernels: KernelSet) throws {
    let fixture = try LayerFixture(small)
    let tolerance: Float = kernels.numbers == .fp32 ? 1e-4 : 20 * 0x1p-9
    for choice in Choice.allCases {
      guard let patterns = try choice.patterns(small.network) else { continue }
      let frozen = FrozenLayers(patterns: patterns)
      let reference = try step(
        fixture, try fixture.replicas(small, KernelSet(.fp32, .oneDNN), frozen: frozen))
      let ours = try step(fixture, try fixture.replicas(small, kernels, frozen: frozen))
      #expect(ours.gradients.map(\.name).sorted() == reference.gradients.map(\.name).sorted())
      for gradient in reference.gradients {
        guard let other = ours.gradients.first(where: { $0.name == gradient.name }) else { continue }
        #expect(relativeError(other.values, gradient.values) <= tolerance, "\(choice) \(gradient.name)")
      }
    }
  }

  private struct Outcome {
    let gradients, state: [Tensor]
    let digests: [UInt32]
  }

  private func step(_ fixture: LayerFixture, _ replicas: DataParallel) throws -> Outcome {
    _ = try replicas.step(
      fixture.batch, epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: 0)
    return Outcome(
      gradients: try replicas.moments().sorted { $0.name < $1.name }, state: try replicas.state(),
      digests: replicas.digests)
  }
}

/// Steps with frozen layers.
@Suite struct FrozenStepTests {
  private static let choices = [
    FrozenLayers(before: "4"), FrozenLayers(patterns: ["3"]),
    FrozenLayers(patterns: ["3.*"], trainsNorms: true),
    FrozenLayers(patterns: ["1", "3.1", "*.bias"]), FrozenLayers(before: "9"),
  ]

  private func replicas(
    _ frozen: FrozenLayers, workers: Int = 2, accumulation: Int = 1, synchronized: Bool = false,
    rates: [String: Float] = [:], _ kernels: KernelSet
  ) throws -> DataParallel {
    try DataParallel(
      network: smallNetwork(), batchSize: 10, shards: 4, workers: workers, accumulation: accumulation,
      kernels: kernels, synchronizesBatchNorm: synchronized, frozen: frozen,
      settings: rates.mapValues { rate in
        var setting = ParameterSetting()
        setting.rate = rate
        return setting
      }, seed: 7,
      momentCount: 1)
  }

  private func train(_ replicas: DataParallel, steps: Int = 3) throws {
    for step in 0..<steps {
      for part in 0..<replicas.accumulation {
        let batch = ImageBatch.random(
          step == 2 ? 7 : 10, smallNetwork().input, classes: 3, seed: UInt64(step * 10 + part))
        try replicas.accumulate(batch, epoch: step, step: step)
      }
      _ = try replicas.update(optimizer: PlainSGD(), learningRate: 0.1, step: step)
    }
  }

  @Test(arguments: choices, KernelSet.all) func whatIsFrozenStays(frozen: FrozenLayers, kernels: KernelSet)
    throws
  {
    let names = try frozen.tensors(of: smallNetwork())
    for isSynchronized in [false, true] {
      let replicas = try replicas(frozen, synchronized: isSynchronized, kernels)
      let (before, digests) = (try replicas.state(), replicas.digests)
      try train(replicas)
      for (index, (old, new)) in zip(before, try replicas.state()).enumerated() {
        #expect((old == new) == names.contains(old.name), "\(old.name)")
        #expect((digests[index] == replicas.digests[index]) == names.contains(old.name), "\(old.name)")
      }
      let moments = try replicas.moments().map { String($0.name.dropFirst("moment0.".count)) }
      let trained = try smallNetwork().parameters().filter { $0.isTrained && !names.contains($0.name) }
      #expect(moments.sorted() == trained.map(\.name).sorted())
    }
  }

  @Test(arguments: choices, KernelSet.all)
  func workersChangeNothing(frozen: FrozenLayers, kernels: KernelSet) throws {
    let states = try [1, 3].map { workers in
      let replicas = try replicas(frozen, workers: workers, accumulation: 2, kernels)
      try train(replicas)
      return try replicas.state() + replicas.moments()
    }
    #expect(states[0] == states[1])
  }

  /// A loaded state reaches the copies of frozen weights that kernels want.
  @Test(arguments: KernelSet.all) func aLoadedStateIsSeen(kernels: KernelSet) throws {
    let frozen = FrozenLayers(before: "9")
    let images = ImageBatch.random(6, smallNetwork().input, classes: 3, seed: 9)
    let trained = try replicas(FrozenLayers(), kernels)
    try train(trained)
    let replicas = try replicas(frozen, kernels)
    try train(replicas, steps: 1)
    try replicas.load(state: trained.state())
    #expect(try replicas.scores(images) == trained.scores(images))
  }

  @Test(arguments: KernelSet.all) func frozenLayersTakeLessMemory(kernels: KernelSet) throws {
    let whole = try replicas(FrozenLayers(), kernels).memory
    let part = try replicas(FrozenLayers(before: "5"), kernels).memory
    let head = try replicas(FrozenLayers(before: "9"), kernels).memory
    #expect(part.activations < whole.activations)
    #expect(head.activations <= part.activations)
    #expect(part.gradients < whole.gradients && head.gradients < part.gradients)
    #expect(part.moments < whole.moments && head.moments < part.moments)
    #expect(head.parameters == whole.parameters)
  }

  /// Behind frozen layers alone there is no way back.
  @Test(arguments: KernelSet.all) func frozenLayersHaveNoWayBack(kernels: KernelSet) throws {
    let passes = try replicas(FrozenLayers(before: "5"), kernels).kernels
    #expect(!passes.contains { "0123".contains($0.layer.prefix(1)) && $0.pass.hasPrefix("backward") })
    #expect(!passes.contains { $0.layer == "5" && $0.pass == "backward-data" })
    #expect(passes.contains { $0.layer == "5" && $0.pass == "backward-weights" })
    let middle = try replicas(FrozenLayers(patterns: ["3"]), kernels).kernels
    #expect(middle.contains { $0.layer == "3.0" && $0.pass == "backward-data" })
    #expect(!middle.contains { $0.layer == "3.0" && $0.pass == "backward-weights" })
  }

  /// A rate of its own is what the step's would be.
  @Test func ratesAreTimesTheSteps() throws {
    let kernels = KernelSet(fastestFor: .fp32)
    let (slow, plain) = (
      try replicas(FrozenLayers(), rates: ["9.weight": 0.25], kernels), try replicas(FrozenLayers(), kernels)
    )
    let batch = ImageBatch.random(10, smallNetwork().input, classes: 3, seed: 1)
    _ = try slow.step(batch, epoch: 0, optimizer: PlainSGD(), learningRate: 0.4, step: 0)
    let before = try plain.state()
    _ = try plain.step(batch, epoch: 0, optimizer: PlainSGD(), learningRate: 0.1, step: 0)
    for ((ours, theirs), old) in zip(zip(try slow.state(), try plain.state()), before) {
      if ours.name.hasPrefix("9.") || !ours.name.contains("running") {
        #expect((ours == theirs) == (ours.name == "9.weight") || old == ours, "\(ours.name)")
      }
    }
  }
}
