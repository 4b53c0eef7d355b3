import Networks
import Pixels
import Testing

@testable import Parallel

@Suite struct LayerProfileTests {
  private static let batchSize = 10

  /// Trains a few steps; the profile covers the middle ones.
  private func train(isProfiled: Bool) throws -> (state: [Tensor], profile: LayerProfile?) {
    let network = smallNetwork()
    let replicas = try DataParallel(
      network: network, batchSize: Self.batchSize, shards: 4, workers: 2, seed: 7, momentCount: 1)
    var profile: LayerProfile?
    for step in 0..<4 {
      if step == 1 && isProfiled { replicas.startProfile() }
      if step == 3 { profile = replicas.takeProfile() }
      let batch = ImageBatch.random(Self.batchSize, network.input, classes: 3, seed: UInt64(step))
      _ = try replicas.step(batch, epoch: step, optimizer: PlainSGD(), learningRate: 0.1, step: step)
    }
    return (try replicas.state() + replicas.moments(), profile)
  }

  @Test func profilingChangesNoBits() throws {
    let (state, profile) = try train(isProfiled: true)
    let (plain, none) = try train(isProfiled: false)
    #expect(state == plain)
    #expect(profile != nil)
    #expect(none == nil)
  }

  @Test func everyLayerAndPassIsThere() throws {
    let profile = try #require(try train(isProfiled: true).profile)
    let summary = try smallNetwork().summary()
    #expect(profile.steps == 2)
    #expect(profile.images == 2 * Self.batchSize)
    for row in summary.layers where row.forwardFLOPs > 0 {
      let passes = profile.rows.filter { $0.layer == row.name }.map(\.pass)
      let isFirst = row.name == summary.layers[0].name
      #expect(
        passes == (isFirst ? [.forward] : [.forward, .backwardData]) + [.backwardWeights], "\(row.name)")
    }
    for row in summary.layers where row.parameterCount > 0 {
      #expect(profile.rows.contains { $0.layer == row.name }, "\(row.name)")
    }
    #expect(profile.rows.filter { $0.layer == "loss" }.count == 1)
    #expect(!profile.rows.contains { $0.kernel.isEmpty })
  }

  @Test func countedOperationsAreTheNetworks() throws {
    let profile = try #require(try train(isProfiled: true).profile)
    let flops = Double(try smallNetwork().summary().forwardFLOPs * Self.batchSize)
    for pass in [ProfiledPass.forward, .backwardWeights] {
      #expect(profile.rows.filter { $0.pass == pass }.compactMap(\.flops).reduce(0, +) == flops)
    }
  }

  @Test func timesAddUp() throws {
    let profile = try #require(try train(isProfiled: true).profile)
    #expect(abs(profile.shares.reduce(0, +) - 1) < 1e-9)
    #expect(profile.rows.allSatisfy { $0.seconds >= 0 })
    // Workers cannot compute longer than the phase lasts.
    #expect(profile.seconds <= profile.phases.shards * Double(profile.workers))
    #expect(profile.phases.weights >= 0 && profile.phases.update > 0)
    #expect(profile.workerUse > 0 && profile.workerUse <= 1)
  }

  @Test func rowsOfOneKernelAreAddedUp() {
    func row(_ layer: String, _ seconds: Double, flops: Double?) -> ProfileRow {
      ProfileRow(
        layer: layer, operation: "convolution", pass: .forward, kernel: "k", seconds: seconds, flops: flops)
    }
    let rows = LayerProfile.aggregate(
      [row("b", 1, flops: 10), row("a", 2, flops: nil), row("b", 3, flops: 30)], steps: 2)
    #expect(rows == [row("b", 2, flops: 20), row("a", 1, flops: nil)])
  }

  @Test func theTableHasTheLongestFirst() {
    let rows = [
      ProfileRow(
        layer: "conv1", operation: "convolution", pass: .backwardData, kernel: "k", seconds: 0.001,
        flops: 2e6
      ),
      ProfileRow(
        layer: "bn1", operation: "batch-norm", pass: .forward, kernel: "b", seconds: 0.003, flops: nil),
      ProfileRow(
        layer: "conv2", operation: "convolution", pass: .backwardData, kernel: "k", seconds: 0.004, flops: 3e6
      ),
    ]
    let profile = LayerProfile(
      steps: 1, images: 8, workers: 2, phases: .init(weights: 0.001, shards: 0.008, update: 0.001), rows: rows
    )
    #expect(profile.workerUse == 0.5)
    #expect(
      profile.table(profile.rows) == [
        "layer  operation    pass           kernel     ms  share  GFLOP/s",
        "conv2  convolution  backward-data  k       4.000  50.0%        1",
        "bn1    batch-norm   forward        b       3.000  37.5%",
        "conv1  convolution  backward-data  k       1.000  12.5%        2",
      ])
    #expect(profile.kernels.map(\.layer) == ["2 layers", "1 layer"])
    #expect(profile.kernels.map(\.seconds) == [0.005, 0.003])
    #expect(
      profile.phaseLines == [
        "weights converted  1.000 ms  10.0%", "shards computed    8.000 ms  80.0%",
        "weights updated    1.000 ms  10.0%",
        "workers compute for 50.0% of the time in which shards are computed",
      ])
  }

  @Test func withoutStepsThereIsNone() throws {
    let replicas = try DataParallel(
      network: smallNetwork(), batchSize: 4, shards: 2, workers: 1, seed: 0, momentCount: 1)
    #expect(replicas.takeProfile() == nil)
    replicas.startProfile()
    #expect(replicas.takeProfile() == nil)
  }
}
