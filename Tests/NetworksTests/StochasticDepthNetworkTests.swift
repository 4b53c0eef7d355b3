import Networks
import Testing

@Suite struct StochasticDepthNetworkTests {
  /// The stochastic depths of a network, with their paths.
  private func rates(_ network: Network) throws -> [(String, StochasticDepth)] {
    var found: [(String, StochasticDepth)] = []
    try network.visit { visited in
      if let depth = visited.layer as? StochasticDepth { found.append((visited.name, depth)) }
    }
    return found
  }

  /// ResNet-18 has eight blocks; the paper's rule gives the last one the whole probability.
  @Test func everyBlockOfAResNet() throws {
    let plain = try ModelZoo.network(
      named: "resnet18", input: .image(channels: 3, height: 32, width: 32), classes: 10)
    let deep = plain.withStochasticDepth(to: 0.4, mode: .batch)
    let found = try rates(deep)
    #expect(found.map(\.1.probability) == StochasticDepth.linearDecay(to: 0.4, blocks: 8))
    #expect(found.last?.1.probability == 0.4)
    #expect(found.allSatisfy { $0.1.mode == .batch })
    #expect(found[0].0 == "layer1.0.stochastic_depth")
    #expect(try deep.parameters() == plain.parameters())
    // It has them already.
    #expect(deep.withStochasticDepth(to: 0.9) == deep)
  }

  @Test func aNetworkWithoutBlocksStays() {
    let network = Network(input: .image(channels: 1, height: 2, width: 2)) {
      Flatten()
      Dense(2)
    }
    #expect(network.withStochasticDepth(to: 0.5) == network)
  }

  /// Weights that are drawn anew in every step keep what comes after them from being computed once.
  @Test func layersSayWhetherTheyDraw() {
    #expect(Dense(2, dropConnect: DropConnect(0.5)).drawsInTraining)
    #expect(!Dense(2, dropConnect: DropConnect(0)).drawsInTraining)
    #expect(!Conv2D(2, kernel: 1).drawsInTraining)
  }
}
