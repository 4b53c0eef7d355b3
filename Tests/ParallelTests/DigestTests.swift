import Networks
import Pixels
import Testing

@testable import Parallel

/// The digests by which two runs are compared step by step.
@Suite struct DigestTests {
  private let network = smallNetwork()

  private func replicas(workers: Int = 2) throws -> DataParallel {
    try DataParallel(
      network: network, batchSize: 8, shards: 4, workers: workers, seed: 7, momentCount: 1)
  }

  private func train(_ replicas: DataParallel, steps: Range<Int>) throws {
    for step in steps {
      let batch = ImageBatch.random(8, network.input, classes: 3, seed: UInt64(step))
      _ = try replicas.step(batch, epoch: 0, optimizer: PlainSGD(), learningRate: 0.1, step: step)
    }
  }

  @Test(arguments: [1, 3, 6]) func workersHaveNoSay(workers: Int) throws {
    let (some, two) = (try replicas(workers: workers), try replicas())
    for step in 0..<3 {
      try train(some, steps: step..<step + 1)
      try train(two, steps: step..<step + 1)
      #expect(some.digests == two.digests)
    }
  }

  /// What the update digests on its way is what a look at the weights gives, also after others were loaded.
  @Test func theyAreOfTheWeightsAsTheyAre() throws {
    let (trained, loaded) = (try replicas(), try replicas(workers: 1))
    let initial = trained.digests
    #expect(initial == loaded.digests)
    try train(trained, steps: 0..<2)
    #expect(trained.digests != initial)
    try loaded.load(state: trained.state())
    #expect(loaded.digests == trained.digests)
  }

  /// Every tensor has its own, in the order of the state, and one bit changes it.
  @Test func oneBitShowsWhereItIs() throws {
    let replicas = try replicas()
    let (state, digests) = (try replicas.state(), replicas.digests)
    #expect(digests.count == state.count)
    for place in state.indices {
      var changed = state
      let last = changed[place].values.count - 1
      changed[place].values[last] = changed[place].values[last].nextUp
      try replicas.load(state: changed)
      let others = replicas.digests
      #expect(digests.indices.filter { others[$0] != digests[$0] } == [place], "\(state[place].name)")
    }
  }
}
