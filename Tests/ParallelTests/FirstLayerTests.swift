import Networks
import Testing

@testable import Parallel

/// Nothing asks how the loss changes with the images.
@Suite struct FirstLayerTests {
  @Test(arguments: KernelSet.all) func theImagesGetNoGradient(kernels: KernelSet) throws {
    let replicas = try DataParallel(
      network: smallNetwork(), batchSize: 4, shards: 1, workers: 1, kernels: kernels, seed: 1, momentCount: 1)
    let first = replicas.kernels.filter { $0.layer == "0" }.map(\.pass)
    #expect(first.filter { $0 != "reorder" } == ["forward", "backward-weights"])
  }
}
