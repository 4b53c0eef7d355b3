import Testing

@testable import Networks

/// Which layers have one learning rate where rates decay layer by layer.
@Suite struct LayerGroupTests {
  @Test func blocksOfAResNetAreGroups() throws {
    let network = try ModelZoo.network(
      named: "resnet18", input: .image(channels: 3, height: 64, width: 64), classes: 5)
    let groups = try network.layerGroups()
    #expect(
      groups.map(\.path) == [
        "conv1", "layer1.0", "layer1.1", "layer2.0", "layer2.1", "layer3.0", "layer3.1", "layer4.0",
        "layer4.1",
        "fc",
      ])
    #expect(groups[0].parameters == ["conv1.weight", "bn1.weight", "bn1.bias"])
    #expect(groups.flatMap(\.parameters) == (try network.parameters().filter(\.isTrained).map(\.name)))
  }

  @Test func ratesDecayTowardsTheInput() throws {
    let network = Network(input: .image(channels: 3, height: 8, width: 8)) {
      Conv2D(4, kernel: 3)
      BatchNorm()
      PReLU()
      Block {
        Conv2D(4, kernel: 3); ReLU()
      }.named("middle")
      Flatten()
      Dense(2)
    }
    let rates = try network.learningRates(layerDecay: 0.5)
    #expect(
      rates == [
        "0.weight": 0.25, "1.weight": 0.25, "1.bias": 0.25, "2.weight": 0.25, "middle.0.weight": 0.5,
        "5.weight": 1, "5.bias": 1,
      ])
    #expect(try network.learningRates(layerDecay: 1).values.allSatisfy { $0 == 1 })
  }
}
