import Kernels
import Networks
import Parallel
import Pixels
import Randomness
import Testing

@Suite struct BatchNormFoldingTests {
  private let network = Network(input: .image(channels: 3, height: 12, width: 12)) {
    Conv2D(16, kernel: 3, padding: .same)
    BatchNorm()
    ReLU()
    Residual(relu: true) {
      Conv2D(16, kernel: 3, stride: 2, padding: .explicit(1), groups: 16, bias: true)
      BatchNorm()
      ReLU()
      Conv2D(32, kernel: 1)
      BatchNorm()
    } shortcut: {
      Conv2D(32, kernel: 1, stride: 2)
      BatchNorm()
    }
    Residual {
      Conv2D(32, kernel: 3, padding: .same)
      BatchNorm()
    }
    GlobalAveragePool()
    Dense(6)
    BatchNorm()
    ReLU()
    Dense(4)
  }

  /// A state whose norms are not those of the beginning, which do nothing.
  private func state() throws -> [Tensor] {
    try network.parameters().map { parameter in
      var tensor = parameter.initialTensor(seed: 2)
      guard tensor.shape.count == 1 else { return tensor }
      var stream = RandomStream(SampleKey(seed: 2, sample: StableHash.of(tensor.name)), path: "state")
      tensor.values = tensor.values.map { _ in Float(stream.uniform(in: 0.5...1.5)) }
      return tensor
    }
  }

  private func scores(_ network: Network, _ state: [Tensor], _ kernels: KernelSet) throws -> [Float] {
    let parallel = try DataParallel(
      network: network, batchSize: 8, shards: 2, workers: 1, kernels: kernels, seed: 0, momentCount: nil)
    try parallel.load(state: state)
    return try parallel.scores(.random(8, network.input, classes: 4, seed: 7))
  }

  @Test(arguments: KernelSet.all.filter { $0.numbers == .fp32 })
  func theScoresStay(kernels: KernelSet) throws {
    let state = try state()
    let folded = try network.foldingBatchNorms(state)
    #expect(folded.count == 6)
    let (plain, other) = (
      try scores(network, state, kernels), try scores(folded.network, folded.state, kernels)
    )
    let largest = plain.map(abs).max() ?? 0
    for (first, second) in zip(plain, other) { #expect(abs(first - second) <= 1e-5 * largest) }
    #expect(Set(plain).count > 4)
  }
}
