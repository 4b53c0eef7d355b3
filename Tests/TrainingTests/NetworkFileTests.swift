import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// Networks as YAML.
@Suite struct NetworkFileTests {
  private func written(_ text: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).yaml").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test(arguments: ["lenet5", "resnet20", "densenet121", "mobilenet-v3-small", "efficientnet-b0"])
  func theZooGoesThereAndBack(name: String) throws {
    let network = try ModelZoo.network(
      named: name, input: .image(channels: 3, height: 96, width: 96), classes: 10)
    let path = try written(NetworkFile.text(network))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try NetworkFile.read(path: path) == network)
  }

  @Test func theTextIsAsAPersonWouldWriteIt() throws {
    let network = Network(
      input: .image(channels: 1, height: 8, width: 8), name: "small",
      initializer: .weights(.normal(std: 0.1))
    ) {
      Block { BatchNorm(momentum: 0.3) }.named("0")
      Dropout(1.0 / 3)
    }
    #expect(
      try NetworkFile.text(network) == """
        name: small
        initializer:
          normal: {std: 0.1}
        input: {channels: 1, height: 8, width: 8}
        layers:
        - name: "0"
          block:
            layers:
            - batch-norm: {epsilon: 1e-05, momentum: 0.3}
        - dropout: {probability: 0.3333333333333333, scaling: training}

        """)
  }

  @Test func aSizeBeyondAllSenseIsAnError() throws {
    let path = try written(
      "{input: {channels: 1, height: 8, width: 8}, layers: [flatten, {dense: 1000000}]}")
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: TrainingError.self) { try NetworkFile.read(path: path) }
  }

  @Test func theStartOfARunIsTheNetworks() throws {
    let network = try ModelZoo.network(
      named: "resnet20", input: .image(channels: 3, height: 32, width: 32), classes: 10)
    var configuration = RunConfiguration(data: "data")
    configuration.initializer = try NetworkInitializer(text: "{he-normal: {mode: fan-out}}")
    #expect(try network.starting(by: configuration).initializer == .weights(.heNormal(mode: .fanOut)))
    configuration.zeroInitResidual = true
    #expect(try network.starting(by: configuration).initializer?.residual == .zeroLastNorm)
    configuration.initializer = NetworkInitializer(residual: .fixup)
    #expect(throws: TrainingError.self) { try network.starting(by: configuration) }
    #expect(throws: TrainingError.self) { try NetworkInitializer(text: "he-norml") }
  }
}
