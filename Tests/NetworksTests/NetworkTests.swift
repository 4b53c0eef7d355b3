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
    let names = try LayerTextTests.everything.parameters().map(\.name)
    #expect(
      names == [
        "stem.weight", "stem.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "4.0.weight",
        "4.downsample.0.weight", "9.weight", "17.weight", "21.weight",
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
