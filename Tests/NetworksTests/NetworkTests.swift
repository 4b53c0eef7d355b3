import Foundation
import Networks
import Testing

@Suite struct NetworkTests {
  /// Every kind of layer, with no option at its default.
  private static let everything = Network(
    input: .image(channels: 3, height: 32, width: 24), name: "everything"
  ) {
    Conv2D(8, kernel: 5, stride: 2, padding: .explicit(2), dilation: 1, groups: 1, bias: true).named("stem")
    BatchNorm(momentum: 0.2, epsilon: 1e-3)
    ReLU()
    MaxPool(3, stride: 2, padding: 1)
    Residual(relu: true) {
      Conv2D(16, kernel: 3, padding: .same, dilation: 2, groups: 2)
    } shortcut: {
      Conv2D(16, kernel: 1)
    }
    Block { AveragePool(2, stride: 1) }.named("block")
    Conv2D(4, kernel: 1)
    GlobalAveragePool()
    Flatten()
    Dropout(0.25)
    Dense(5, bias: false)
  }

  @Test func theTextFormGoesThereAndBack() throws {
    for network in [
      Self.everything,
      ModelZoo.resnet18(input: .image(channels: 3, height: 64, width: 64), classes: 10),
    ] {
      let text = try JSONEncoder().encode(network)
      #expect(try JSONDecoder().decode(Network.self, from: text) == network)
    }
  }

  @Test func theTextFormCoversEveryKind() throws {
    let text = String(decoding: try JSONEncoder().encode(Self.everything), as: UTF8.self)
    for kind in LayerKinds.all.keys.sorted() { #expect(text.contains("\"\(kind)\"")) }
  }

  @Test(arguments: [#"{"conv3d": {}}"#, #"{}"#, #"{"relu": {}, "flatten": {}}"#])
  func anUnknownKindIsAnError(layer: String) {
    let text = #"{"name": "x", "input": {"channels": 1, "height": 8, "width": 8}, "layers": [\#(layer)]}"#
    #expect {
      try JSONDecoder().decode(Network.self, from: Data(text.utf8))
    } throws: { error in
      guard case .unknownLayer(_, let known)? = error as? NetworkError else { return false }
      return known == LayerKinds.all.keys.sorted()
    }
  }

  @Test func aNameTwiceIsAnError() {
    let network = Network(input: .image(channels: 1, height: 8, width: 8)) {
      Conv2D(4, kernel: 3).named("conv")
      Conv2D(4, kernel: 3).named("conv")
    }
    #expect(throws: NetworkError.duplicateName("conv.weight")) { try network.parameters() }
  }

  @Test func layersAreNamedByTheirPlace() throws {
    let names = try Self.everything.parameters().map(\.name)
    #expect(
      names == [
        "stem.weight", "stem.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "4.0.weight",
        "4.downsample.0.weight", "6.weight", "10.weight",
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
