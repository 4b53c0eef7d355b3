import Testing

@testable import Networks

/// Which tensors patterns and paths choose.
@Suite struct FrozenLayersTests {
  private let network: Network

  init() throws {
    network = try ModelZoo.network(
      named: "resnet18", input: .image(channels: 3, height: 64, width: 64), classes: 5)
  }

  private func frozen(_ patterns: String..., before: String? = nil, trainsNorms: Bool = false) throws -> Set<
    String
  > {
    try FrozenLayers(patterns: patterns, before: before, trainsNorms: trainsNorms).tensors(of: network)
  }

  @Test func nothingIsFrozenUnlessAskedFor() throws {
    #expect(try frozen().isEmpty)
  }

  @Test(arguments: ["layer1", "layer1.*", "layer1*", "*r1.*"]) func aLayerIsAllThatIsInIt(pattern: String)
    throws
  {
    let names = try frozen(pattern)
    let within = try network.parameters().map(\.name).filter { $0.hasPrefix("layer1.") }
    #expect(names == Set(within))
  }

  @Test func tensorsCanBeNamed() throws {
    #expect(try frozen("fc.bias") == ["fc.bias"])
    #expect(try frozen("layer1.0.conv*").sorted() == ["layer1.0.conv1.weight", "layer1.0.conv2.weight"])
  }

  @Test func statisticsStayWhereAllOfANormIsFrozen() throws {
    #expect(try frozen("bn1") == ["bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"])
    #expect(try frozen("bn1", trainsNorms: true) == ["bn1.weight", "bn1.bias"])
    #expect(try frozen("bn1.weight") == ["bn1.weight"])
  }

  @Test func beforeALayer() throws {
    let names = try frozen(before: "layer4")
    for parameter in try network.parameters() {
      let isLater = parameter.name.hasPrefix("layer4.") || parameter.name.hasPrefix("fc.")
      #expect(names.contains(parameter.name) == !isLater, "\(parameter.name)")
    }
    #expect(try frozen(before: "conv1").isEmpty)
    #expect(try frozen(before: "bn1") == ["conv1.weight"])
    #expect(try frozen(before: "avgpool") == frozen(before: "fc"))
    #expect(try frozen("fc.bias", before: "bn1") == ["conv1.weight", "fc.bias"])
  }

  @Test(arguments: ["layer5", "layer1.0.conv", "running_mean", "", "conv1.weight.x", "bn1.running_var"])
  func aPatternMustFitSomething(pattern: String) {
    #expect(throws: NetworkError.self) { try frozen(pattern) }
  }

  @Test(arguments: ["layer5", "layer", "*", "", "layer4.0.conv"]) func theLayerMustBeThere(path: String) {
    #expect(throws: NetworkError.self) { try frozen(before: path) }
  }

  @Test func somethingMustTrain() {
    #expect(throws: NetworkError.nothingTrains) { try frozen("*") }
    #expect(throws: NetworkError.nothingTrains) { try frozen("fc", before: "fc") }
  }

  @Test(arguments: [
    ("*", "a.b", true), ("a*b", "a.x.b", true), ("a*b*", "a.b", true), ("**", "x", true),
    ("a.b", "a.b.c", true),
    ("a.b", "a.bc", false), ("a*c", "a.b", false), ("a", "ab", false), ("*b", "a.b.c", true),
    ("", "a", false),
  ]) func patterns(pattern: String, path: String, fits: Bool) {
    #expect(FrozenLayers.matches(pattern, path) == fits)
  }

  @Test func aPatternOfStarsEndsSoon() {
    let pattern = String(repeating: "*a", count: 200) + "b"
    #expect(!FrozenLayers.matches(pattern, String(repeating: "a", count: 2000)))
  }
}
