import CAllocationCounter
import Kernels
import Networks
import Pixels
import TestSupport
import Testing

@testable import Parallel

/// The promise that a step takes nothing from the heap, nor from the system, once a run has settled.
@Suite(.serialized) struct AllocationTests {
  @Test(
    .enabled(if: allocation_counter_works(), "a sanitizer has an allocator of its own"),
    .enabled(if: ReleaseBuild.isThis, "only release builds keep the promise"),
    arguments: ["custom", "vgg6"] + NoiseNetwork.all.map(\.name) + SmallNetwork.composites.map(\.name),
    KernelSet.all)
  func aStepAllocatesNothing(model: String, kernels: KernelSet) throws {
    for synchronized in [false, true] {
      try expectNoAllocation(model: model, kernels: kernels, synchronizesBatchNorm: synchronized)
    }
  }

  @Test(
    .enabled(if: allocation_counter_works(), "a sanitizer has an allocator of its own"),
    .enabled(if: ReleaseBuild.isThis, "only release builds keep the promise"), arguments: [0.0, 2])
  func aStepWithAnotherLossAllocatesNothing(gamma: Double) throws {
    var objective = ClassificationLoss()
    objective.labelSmoothing = 0.1
    objective.focalGamma = gamma
    objective.classWeights = [1, 2, 3]
    objective.hasSharedLabels = true
    try expectNoAllocation(
      model: "custom", kernels: KernelSet(.fp32, .convoy), synchronizesBatchNorm: false, objective: objective)
  }

  /// With everything that a rule can have, and passes before the update.
  @Test(
    .enabled(if: allocation_counter_works(), "a sanitizer has an allocator of its own"),
    .enabled(if: ReleaseBuild.isThis, "only release builds keep the promise"), arguments: UpdateRule.samples)
  func aRuleAllocatesNothing(rule: UpdateRule) throws {
    try expectNoAllocation(
      model: "custom", kernels: KernelSet(.fp32, .convoy), synchronizesBatchNorm: false, rule: rule)
  }

  private func expectNoAllocation(
    model: String, kernels: KernelSet, synchronizesBatchNorm: Bool,
    rule: UpdateRule = UpdateRule(.slicewise(PlainSGD()), learningRate: 0.01, step: 0),
    objective: ClassificationLoss = ClassificationLoss()
  ) throws {
    let network = try network(model)
    // Shards of two sizes.
    let count = 13
    let replicas = try DataParallel(
      network: network, batchSize: count, shards: 4, workers: 2, kernels: kernels,
      synchronizesBatchNorm: synchronizesBatchNorm, seed: 1, momentCount: rule.method.momentCount,
      averageDecay: 0.9, measuresUnits: rule.measuresUnits)
    replicas.objective = objective
    let batch = ImageBatch.random(count, network.input, classes: 3, seed: 1)
    batch.isMixed = objective.hasSharedLabels
    let steps = { (range: Range<Int>) in
      var rule = rule
      for step in range {
        rule.step = step
        try replicas.accumulate(batch, epoch: 0, step: step)
        _ = try replicas.update(rule)
      }
    }
    // Other tests run beside this one: only this thread and its workers count.
    try replicas.group.run(.preparing) { _ in allocation_counter_include_this_thread() }
    try steps(0..<3)
    allocation_counter_start()
    defer { allocation_counter_stop() }
    try steps(3..<13)
    allocation_counter_stop()
    if allocation_counter_own() != 0 { allocation_counter_print_origins() }
    #expect(allocation_counter_own() == 0, "synchronized: \(synchronizesBatchNorm)")
  }

  private func network(_ name: String) throws -> Network {
    if let noise = NoiseNetwork.all.first(where: { $0.name == name }) { return noise.network }
    if let small = SmallNetwork.all.first(where: { $0.name == name }) { return small.network }
    if name == "custom" { return smallNetwork() }
    return try ModelZoo.network(
      named: name, input: .image(channels: 3, height: 16, width: 16), classes: 3)
  }

  /// The counter itself: it would be easy to promise nothing with a counter that sees nothing.
  @Test(.enabled(if: allocation_counter_works(), "a sanitizer has an allocator of its own"))
  func theCounterSeesAllocations() {
    allocation_counter_start()
    let batch = ImageBatch(capacity: 1, channels: 1, height: 8, width: 8)
    allocation_counter_stop()
    #expect(batch.count == 0)
    #expect(allocation_counter_own() > 0)
  }
}
