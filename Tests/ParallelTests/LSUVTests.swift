import Networks
import Parallel
import Pixels
import Testing

/// Weights scaled by the data.
@Suite struct LSUVTests {
  private static let network = Network(
    input: .image(channels: 3, height: 8, width: 8),
    initializer: NetworkInitializer(lsuv: LSUV(tolerance: 0.01))
  ) {
    Conv2D(8, kernel: 3, padding: .same, bias: true).named("a")
    ReLU()
    Residual(relu: true) {
      Conv2D(8, kernel: 3, padding: .same).named("b")
      BatchNorm()
      ReLU()
      Conv2D(8, kernel: 1).named("c")
    }
    Conv2D(4, kernel: 3, init: .heNormal()).named("own")
    GlobalAveragePool()
    Dense(3).named("fc")
  }

  private static func scaled(
    workers: Int, _ kernels: KernelSet
  ) throws -> (before: [Tensor], after: [Tensor], variances: [LayerVariance]) {
    let replicas = try DataParallel(
      network: network, batchSize: 12, shards: 3, workers: workers, kernels: kernels, seed: 5, momentCount: 1)
    let before = try replicas.state()
    let batch = ImageBatch.random(12, network.input, classes: 3, seed: 3)
    let variances = try replicas.scaleToUnitVariance(batch, LSUV(tolerance: 0.01))
    return (before, try replicas.state(), variances)
  }

  /// The weights that the network starts and the data scale, each by one factor; all others stay.
  @Test(arguments: KernelSet.all) func eachLayersOutputsHaveVariance1(kernels: KernelSet) throws {
    let (before, after, variances) = try Self.scaled(workers: 1, kernels)
    #expect(variances.map(\.layer) == ["a", "2.b", "2.c", "fc"])
    for variance in variances { #expect(abs(variance.variance - 1) <= 0.01) }
    for (old, new) in zip(before, after) {
      if variances.contains(where: { $0.layer + ".weight" == old.name }) {
        let factor = try #require(zip(new.values, old.values).first { $0.1 != 0 }.map { $0.0 / $0.1 })
        #expect(factor > 0)
        #expect(factor != 1)
        for (value, start) in zip(new.values, old.values) { #expect(abs(value - factor * start) < 1e-5) }
      } else {
        #expect(new == old)
      }
    }
  }

  @Test(arguments: KernelSet.all) func theBitsDoNotDependOnTheWorkers(kernels: KernelSet) throws {
    #expect(try Self.scaled(workers: 3, kernels).after == Self.scaled(workers: 1, kernels).after)
  }

  @Test func aLayerWhoseOutputsAreAllTheSameIsAnError() throws {
    let network = Network(
      input: .image(channels: 1, height: 4, width: 4), initializer: NetworkInitializer(lsuv: LSUV())
    ) {
      Conv2D(2, kernel: 3, init: .zeros).named("dead")
      Flatten()
      Dense(2).named("fc")
    }
    let replicas = try DataParallel(
      network: network, batchSize: 2, shards: 1, workers: 1, seed: 0, momentCount: 1)
    let batch = ImageBatch.random(2, network.input, classes: 2, seed: 0)
    #expect {
      try replicas.scaleToUnitVariance(batch, LSUV())
    } throws: { error in
      "\(error)".contains("the outputs of fc have variance 0.0")
    }
  }
}
