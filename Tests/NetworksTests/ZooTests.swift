import Networks
import Randomness
import TestSupport
import Testing

@Suite struct ZooTests {
  private static let photo = InputShape.image(channels: 3, height: 224, width: 224)
  private static let thumbnail = InputShape.image(channels: 3, height: 32, width: 32)

  /// A network as torchvision publishes it has its names and shapes, so that its weights load.
  @Test(arguments: ["resnet18", "resnet50"]) func resnetsHaveTorchvisionsState(model: String) throws {
    let network = try ModelZoo.network(named: model, input: Self.photo, classes: 1000)
    let text = String(decoding: try Fixtures.bytes("\(model).txt"), as: UTF8.self)
    let ours = try network.parameters().map { parameter in
      "\(parameter.name) \(parameter.shape.map(String.init).joined(separator: "x"))"
    }
    #expect(ours == text.split(separator: "\n").map(String.init))
  }

  /// torchvision documents 1.814 and 4.089 billion multiply-adds.
  @Test(arguments: [("resnet18", 11_689_512, 1.814e9), ("resnet50", 25_557_032, 4.089e9)])
  func resnetsHaveThePublishedCosts(model: String, parameters: Int, multiplyAdds: Double) throws {
    let network = try ModelZoo.network(named: model, input: Self.photo, classes: 1000, stem: .large)
    let summary = try network.summary()
    #expect(summary.parameterCount == parameters)
    #expect(abs(Double(summary.forwardFLOPs) / 2 / multiplyAdds - 1) < 0.001)
  }

  @Test(arguments: [(1, 10), (3, 5)]) func vgg6HasTheParametersOfItsFormula(channels: Int, classes: Int)
    throws
  {
    let input = InputShape.image(channels: channels, height: 28, width: 28)
    let summary = try ModelZoo.network(named: "vgg6", input: input, classes: classes).summary()
    let filters = [channels, 32, 32, 64, 64, 128, 128]
    let convolutions = (1...6).reduce(0) { $0 + filters[$1 - 1] * filters[$1] * 9 }
    let norms = filters.dropFirst().reduce(0) { $0 + 2 * $1 }
    #expect(summary.parameterCount == convolutions + norms + 128 * classes + classes)
  }

  @Test func aConvolutionCountsAMultiplyAddTwice() throws {
    let network = Network(input: .image(channels: 4, height: 6, width: 5)) {
      Conv2D(8, kernel: 3, groups: 2, bias: true)
    }
    let row = try #require(network.summary().layers.first)
    #expect(row.output == .image(channels: 8, height: 4, width: 3))
    #expect(row.parameterCount == 8 * 2 * 9 + 8)
    #expect(row.forwardFLOPs == 2 * 8 * 4 * 3 * 2 * 9)
  }

  @Test(arguments: [(32, 3), (64, 3), (65, 7), (224, 7)]) func theStemFollowsTheSize(size: Int, kernel: Int)
    throws
  {
    let input = InputShape.image(channels: 3, height: 32, width: size)
    let network = try ModelZoo.network(named: "resnet18", input: input, classes: 10)
    #expect((network.layers.first?.layer as? Conv2D)?.kernel == kernel)
    #expect(network.layers.contains { $0.layer is MaxPool } == (kernel == 7))
  }

  @Test(arguments: [(Stem.small, 224, 3), (.large, 32, 7)])
  func theStemCanBeChosen(stem: Stem, size: Int, kernel: Int) throws {
    let input = InputShape.image(channels: 3, height: size, width: size)
    let network = try ModelZoo.network(named: "resnet18", input: input, classes: 10, stem: stem)
    #expect((network.layers.first?.layer as? Conv2D)?.kernel == kernel)
  }

  /// A line of `zoo.txt`: what PyTorch has under a name.
  struct Peer: CustomTestStringConvertible {
    let name: String
    let input: InputShape
    let parameters, tensors: Int
    let digest: String
    var testDescription: String { name }

    init(_ line: Substring) throws {
      let words = line.split(separator: " ").map(String.init)
      let sides = words[1].split(separator: "x").compactMap { Int($0) }
      name = words[0]
      input = .image(channels: sides[0], height: sides[1], width: sides[2])
      parameters = try #require(Int(words[2]))
      tensors = try #require(Int(words[3]))
      digest = words[4]
    }
  }

  /// Every network has the names and shapes of its peer, and as many trained values.
  @Test func statesAreThoseOfPyTorchsNetworks() throws {
    let lines = String(decoding: try Fixtures.bytes("zoo.txt"), as: UTF8.self).split(separator: "\n")
    let peers = try lines.map(Peer.init)
    #expect(peers.map(\.name).sorted() == ModelZoo.names.sorted())
    for peer in peers {
      let network = try ModelZoo.network(named: peer.name, input: peer.input, classes: 1000)
      let parameters = try network.parameters()
      let state = parameters.map { parameter in
        "\(parameter.name) \(parameter.shape.map(String.init).joined(separator: "x"))"
      }
      #expect(state.count == peer.tensors, "\(peer.name)")
      let word = String(StableHash.of(state.sorted().joined(separator: "\n")), radix: 16)
      let digest = String(repeating: "0", count: 16 - word.count) + word
      #expect(digest == peer.digest, "\(peer.name)")
      let trained = parameters.filter(\.isTrained).reduce(0) { $0 + $1.count }
      #expect(trained == peer.parameters, "\(peer.name)")
    }
  }

  /// In millions, as the papers have them for their 10 classes, and LeNet-5 as it is taught.
  @Test(arguments: [
    ("resnet20", 0.27), ("resnet32", 0.46), ("resnet44", 0.66), ("resnet56", 0.85), ("resnet110", 1.7),
    ("wide-resnet16-4", 2.7), ("wide-resnet16-8", 11.0), ("wide-resnet28-10", 36.5), ("lenet5", 0.0617),
  ])
  func parametersAreThePapers(model: String, millions: Double) throws {
    let input =
      model == "lenet5" ? InputShape.image(channels: 1, height: 28, width: 28) : Self.thumbnail
    let count = try ModelZoo.network(named: model, input: input, classes: 10).summary().parameterCount
    #expect(abs(Double(count) / 1e6 - millions) < (millions < 1 ? 0.0055 : 0.06))
  }

  @Test(arguments: ModelZoo.names) func everyNameMakesANetworkFromTheSmallestImageOn(name: String) throws {
    let model = try #require(ModelZoo.models.first { $0.name == name })
    let stem = model.hasSmallStem ? Stem.large : .automatic
    func network(_ side: Int) throws -> Network {
      try model.network(input: .image(channels: 3, height: side, width: side), classes: 7, stem: stem)
    }
    let smallest = try network(model.smallestSide)
    #expect(smallest.name == name)
    #expect(try smallest.outputCount() == 7)
    if model.smallestSide > 1 {
      #expect(throws: NetworkError.self) { try network(model.smallestSide - 1) }
    }
    #expect(!model.summary.isEmpty && !model.paper.isEmpty)
  }

  @Test func aStemWithoutChoiceIsAnError() {
    #expect(throws: NetworkError.self) {
      try ModelZoo.network(named: "vgg6", input: Self.thumbnail, classes: 7, stem: .small)
    }
  }

  @Test func anUnknownNameIsAnError() {
    #expect(throws: NetworkError.unknownModel(name: "resnet19", known: ModelZoo.names)) {
      try ModelZoo.network(named: "resnet19", input: Self.thumbnail, classes: 10)
    }
  }

  @Test func imagesTooSmallAreAnError() {
    #expect(throws: NetworkError.self) {
      try ModelZoo.network(
        named: "vgg6", input: .image(channels: 1, height: 3, width: 28), classes: 10)
    }
  }
}
