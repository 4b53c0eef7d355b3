import Kernels
import Testing

@testable import Networks

/// Where a network with frozen layers is cut.
@Suite struct FeatureCutTests {
  private func cut(
    _ frozen: FrozenLayers, _ library: KernelSet.Library = .convoy
  ) throws -> FeatureCut? {
    let network = Network(input: .image(channels: 3, height: 8, width: 8)) { layers() }
    return try network.featureCut(
      frozen: try frozen.tensors(of: network), kernels: KernelSet(.fp32, library))
  }

  @LayerBuilder private func layers() -> [LayerNode] {
    Conv2D(4, kernel: 3, padding: .same)
    BatchNorm()
    ReLU()
    Conv2D(6, kernel: 3, padding: .same)
    BatchNorm()
    GlobalAveragePool()
    Dropout(0.5)
    Dense(3)
  }

  @Test func inFrontOfWhatTrains() throws {
    #expect(try cut(FrozenLayers()) == nil)
    #expect(
      try cut(FrozenLayers(before: "3"))
        == FeatureCut(layers: 3, last: "2", shape: .image(channels: 4, height: 8, width: 8)))
    #expect(try cut(FrozenLayers(patterns: ["1", "3", "4"])) == nil)
  }

  @Test func inFrontOfRandomDraws() throws {
    #expect(try cut(FrozenLayers(before: "7")) == FeatureCut(layers: 6, last: "5", shape: .vector(6)))
  }

  @Test func droppedWeightsAreRandomDraws() throws {
    let network = Network(input: .image(channels: 3, height: 8, width: 8)) {
      Conv2D(4, kernel: 3)
      Conv2D(4, kernel: 3, dropConnect: DropConnect(0.5))
      Flatten()
      Dense(3)
    }
    let frozen = try FrozenLayers(before: "3").tensors(of: network)
    #expect(try network.featureCut(frozen: frozen, kernels: KernelSet(.fp32, .convoy))?.layers == 1)
  }

  @Test func aConvolutionStaysWithTheNormBehindIt() throws {
    #expect(try cut(FrozenLayers(before: "4"))?.layers == 3)
    #expect(try cut(FrozenLayers(before: "1")) == nil)
    #expect(try cut(FrozenLayers(before: "7", trainsNorms: true)) == nil)
  }

  @Test func ofOneDNNOnlyVectors() throws {
    #expect(try cut(FrozenLayers(before: "3"), .oneDNN) == nil)
    #expect(try cut(FrozenLayers(before: "7"), .oneDNN)?.shape == .vector(6))
  }

  @Test func aResNetIsCutInFrontOfItsHead() throws {
    let network = try ModelZoo.network(
      named: "resnet18", input: .image(channels: 3, height: 64, width: 64), classes: 5)
    let cut = try network.featureCut(
      frozen: FrozenLayers(before: "fc").tensors(of: network), kernels: KernelSet(.fp32, .oneDNN))
    #expect(cut?.last == "avgpool" && cut?.shape == .vector(512))
  }
}
