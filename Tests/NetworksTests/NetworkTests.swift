import Networks
import Testing

@Suite struct NetworkTests {
  @Test func aNameTwiceIsAnError() {
    let network = Network(input: .image(channels: 1, height: 8, width: 8)) {
      Conv2D(4, kernel: 3).named("conv")
      Conv2D(4, kernel: 3).named("conv")
    }
    #expect(throws: NetworkError.duplicateName("conv.weight")) { try network.parameters() }
  }

  @Test func layersAreNamedByTheirPlace() throws {
    let network = Network(input: .image(channels: 3, height: 8, width: 8)) {
      Conv2D(8, kernel: 3, bias: true).named("stem")
      BatchNorm()
      ReLU()
      Residual {
        Conv2D(8, kernel: 1)
      } shortcut: {
        Conv2D(8, kernel: 1)
      }
      Parallel([[LayerNode(layer: Conv2D(2, kernel: 1))], [Conv2D(2, kernel: 1).named("right")]])
      Block { LayerScale().named("") }.named("block")
      SqueezeExcitation(2)
    }
    let names = try network.parameters().map(\.name)
    #expect(
      names == [
        "stem.weight", "stem.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "3.0.weight",
        "3.downsample.0.weight", "4.0.0.weight", "4.right.weight", "block.layer_scale", "6.fc1.weight",
        "6.fc1.bias", "6.fc2.weight", "6.fc2.bias",
      ])
  }

  @Test func theLoopsOfTheBuilderUnroll() throws {
    let network = Network(input: .image(channels: 1, height: 8, width: 8)) {
      for filters in [4, 6] { Conv2D(filters, kernel: 3) }
      if Bool(true) { GlobalAveragePool() } else { Flatten() }
    }
    #expect(try network.outputCount() == 6)
  }
}
