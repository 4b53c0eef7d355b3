import Names
import Testing

@Suite struct NearestNameTests {
  private static let known = ["relu", "leaky-relu", "conv2d", "dense"]

  @Test(arguments: [("conv2", "conv2d"), ("Dense", "dense"), ("leaky_relu", "leaky-relu"), ("relu", "relu")])
  func aSlipIsFound(_ written: String, _ meant: String) {
    #expect(closeName(to: written, among: Self.known) == meant)
    #expect(advice(for: written, among: Self.known, plural: "the layers") == "did you mean \(meant)?")
  }

  @Test func whatIsNearNothingGetsTheList() {
    #expect(closeName(to: "transformer", among: Self.known) == nil)
    #expect(
      advice(for: "transformer", among: Self.known, plural: "the layers")
        == "the layers are relu, leaky-relu, conv2d, dense")
    #expect(advice(for: "x", among: [], plural: "the options") == "there are none")
  }

  @Test func theFirstOfEqualsIsTheNearest() {
    #expect(nearestName(to: "b", among: ["a", "c"]) == "a")
    #expect(nearestName(to: "b", among: []) == nil)
  }
}
