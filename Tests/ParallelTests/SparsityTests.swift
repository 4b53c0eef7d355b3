import Kernels
import Networks
import Testing

@testable import Parallel

/// The zeros among the weights, counted and made, against the plain tensors of the state; with layouts that pad.
@Suite struct SparsityTests {
  private static let network = UpdateRuleTests.network

  private func decaying(_ state: [Tensor]) -> [Tensor] {
    state.filter { $0.shape.count > 1 }
  }

  @Test(arguments: KernelSet.all, [0.0, 0.3, 0.8, 1])
  func theSmallestOfAllLayersBecomeZero(kernels: KernelSet, share: Double) throws {
    let replicas = try DataParallel(
      network: Self.network, batchSize: 8, shards: 3, workers: 2, kernels: kernels, seed: 5, momentCount: 1)
    let before = try replicas.state()
    #expect(replicas.sparsity == 0)
    try replicas.zeroSmallest(share)
    let after = try replicas.state()
    let magnitudes = decaying(before).flatMap(\.values).map(abs).sorted()
    let zeros = Int((share * Double(magnitudes.count)).rounded(.up))
    let limit = zeros > 0 ? magnitudes[zeros - 1] : -1
    for (old, new) in zip(before, after) {
      let isWeight = old.shape.count > 1
      #expect(new.values == old.values.map { isWeight && abs($0) <= limit ? 0 : $0 }, "\(old.name)")
    }
    let count = decaying(after).flatMap(\.values).count { $0 == 0 }
    #expect(count >= zeros && replicas.sparsity == Double(count) / Double(magnitudes.count))
  }
}
