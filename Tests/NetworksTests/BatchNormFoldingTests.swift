import Networks
import Testing

@Suite struct BatchNormFoldingTests {
  private let input = InputShape.image(channels: 2, height: 6, width: 6)

  private func state(_ network: Network) throws -> [Tensor] {
    try network.parameters().map { $0.initialTensor(seed: 4) }
  }

  @Test func computesWeightsAndBiasOfEachOutput() throws {
    let network = Network(input: .image(channels: 1, height: 1, width: 1)) {
      Conv2D(2, kernel: 1, bias: true)
      BatchNorm(epsilon: 1)
      Flatten()
    }
    let values: [String: [Float]] = [
      "0.weight": [3, 5], "0.bias": [1, 2], "1.weight": [2, 1], "1.bias": [10, 20],
      "1.running_mean": [4, 8], "1.running_var": [3, 8],
    ]
    let state = try network.parameters().map {
      Tensor(name: $0.name, shape: $0.shape, values: values[$0.name] ?? [])
    }
    let folded = try network.foldingBatchNorms(state)
    #expect(folded.count == 1)
    // Factors 2 / sqrt(4) and 1 / sqrt(9); (1 - 4) * 1 + 10 and (2 - 8) / 3 + 20.
    #expect(folded.state.map(\.name) == ["0.weight", "0.bias"])
    #expect(folded.state[0].values == [3, Float(5.0 / 3)])
    #expect(folded.state[1].values == [7, 18])
  }

  @Test func whatIsLeftKeepsItsName() throws {
    let network = Network(input: input) {
      Conv2D(4, kernel: 3)
      BatchNorm()
      ReLU()
      Conv2D(4, kernel: 3, bias: true)
      GlobalAveragePool()
      Dense(3)
      BatchNorm()
    }
    let folded = try network.foldingBatchNorms(try state(network))
    #expect(folded.count == 2)
    #expect(
      folded.state.map(\.name) == ["0.weight", "0.bias", "3.weight", "3.bias", "5.weight", "5.bias"])
    #expect(try folded.network.parameters().map(\.name) == folded.state.map(\.name))
  }

  @Test func goesIntoResidualsAndBlocks() throws {
    let network = Network(input: input) {
      Block {
        Residual(relu: true) {
          Conv2D(4, kernel: 3, padding: .same).named("conv1")
          BatchNorm().named("bn1")
        } shortcut: {
          Conv2D(4, kernel: 1)
          BatchNorm()
        }
      }.named("layer1")
      GlobalAveragePool()
    }
    let folded = try network.foldingBatchNorms(try state(network))
    #expect(folded.count == 2)
    #expect(
      folded.state.map(\.name) == [
        "layer1.0.conv1.weight", "layer1.0.conv1.bias", "layer1.0.downsample.0.weight",
        "layer1.0.downsample.0.bias",
      ])
  }

  @Test func normsBehindOtherLayersStay() throws {
    let network = Network(input: input) {
      BatchNorm()
      ReLU()
      Conv2D(4, kernel: 3)
      ReLU()
      BatchNorm()
      GlobalAveragePool()
    }
    let folded = try network.foldingBatchNorms(try state(network))
    #expect(folded.count == 0)
    #expect(folded.state == (try state(network)))
  }

  @Test func aStateOfAnotherNetworkIsAnError() throws {
    let network = Network(input: input) {
      Conv2D(4, kernel: 3)
      BatchNorm()
    }
    #expect(throws: NetworkError.missingTensor("0.weight")) { try network.foldingBatchNorms([]) }
  }

  @Test func anotherNumberOfOutputs() throws {
    let network = try ModelZoo.network(
      named: "resnet18", input: .image(channels: 3, height: 32, width: 32), classes: 4)
    let other = try network.withOutputs(7)
    #expect(try other.outputCount() == 7)
    #expect(try other.head()?.name == "fc")
    let headless = Network(input: input) {
      ReLU()
      Flatten()
    }
    #expect(throws: NetworkError.self) { try headless.withOutputs(3) }
  }
}
