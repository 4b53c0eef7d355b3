import Foundation
import Networks
import Parallel
import TestSupport
import Testing

/// One block of each family of the zoo against the same module in PyTorch, with numbers from a formula that
/// `Fixtures/generate_blocks.py` has too: outputs within 1e-4, gradients within 1e-3.
@Suite struct ZooBlockTests {
  /// What PyTorch computed.
  struct Block: Decodable, CustomTestStringConvertible {
    let model, path: String
    let input: [Int]
    let inference: [Float]
    let loss: Float
    /// Of each tensor, the gradient's length and its product with the formula's numbers.
    let gradients: [String: [Double]]
    var testDescription: String { "\(model) \(path)" }

    static let all = Result {
      try JSONDecoder().decode([Block].self, from: Data(try Fixtures.bytes("zoo-blocks.json")))
    }
  }

  @Test(arguments: [KernelSet(.fp32, .convoy), KernelSet(.fp32, .oneDNN)])
  func agreeWithPyTorch(kernels: KernelSet) throws {
    for block in try Block.all.get() { try expectAgreement(block, kernels) }
  }

  private func expectAgreement(_ block: Block, _ kernels: KernelSet) throws {
    let input = InputShape.image(channels: block.input[0], height: block.input[1], width: block.input[2])
    let model = try ModelZoo.network(
      named: block.model, input: .image(channels: 3, height: 224, width: 224), classes: 10,
      stem: ModelZoo.models.first { $0.name == block.model }?.hasSmallStem == true ? .large : .automatic)
    let layer = try #require(Self.layer(at: block.path.split(separator: ".").map(String.init), model.layers))
    let network = Network(input: input) {
      LayerNode(name: "block", layer: layer)
      GlobalAveragePool().named("pool")
      Dense(3).named("fc")
    }
    let batch = Formula.batch(step: 0, 3, input, classes: 3)
    let replicas = try DataParallel(
      network: network, batchSize: batch.count, shards: 1, workers: 1, kernels: kernels, seed: 0,
      momentCount: 1)
    try replicas.load(state: try network.parameters().map(Self.value))
    #expect(relativeError(try replicas.scores(batch), block.inference) < 1e-4, "\(block.testDescription)")
    let result = try replicas.step(
      batch, epoch: 0, optimizer: GradientRecorder(), learningRate: 0, step: 0)
    #expect(abs(Float(result.loss) - block.loss) < 1e-4 * block.loss, "\(block.testDescription)")
    let gradients = try replicas.moments()
    #expect(gradients.count == block.gradients.count)
    for gradient in gradients {
      let name = String(gradient.name.dropFirst("moment0.".count))
      let expected = try #require(block.gradients[name], "\(block.testDescription) \(name)")
      let along = Formula.uniform("along " + name, count: gradient.values.count)
      let length = zip(gradient.values, gradient.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        .squareRoot()
      let product = zip(gradient.values, along).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(length - expected[0]) <= 1e-3 * expected[0], "\(block.testDescription) \(name)")
      #expect(abs(product - expected[1]) <= 1e-3 * expected[0], "\(block.testDescription) \(name)")
    }
  }

  /// The layer at a path.
  private static func layer(at path: [String], _ layers: [LayerNode]) -> (any Layer)? {
    let place = layers.enumerated().first { ($1.name ?? String($0)) == path[0] }
    guard let layer = place?.element.layer, path.count > 1 else { return place?.element.layer }
    return (layer as? Networks.Block).flatMap { Self.layer(at: Array(path.dropFirst()), $0.layers) }
  }

  /// The formula's numbers for a tensor.
  private static func value(_ parameter: ParameterSpecification) -> Tensor {
    let (name, shape) = (parameter.name, parameter.shape)
    let uniform = Formula.uniform(name, count: parameter.count)
    let values: [Float]
    if shape.count > 1 {
      let bound = Float((6 / Double(shape.dropFirst().reduce(1, *))).squareRoot())
      values = uniform.map { $0 * bound }
    } else if name.hasSuffix("weight") || name.hasSuffix("running_var") {
      values = uniform.map { 1 + 0.5 * $0 }
    } else {
      values = uniform.map { 0.25 * $0 }
    }
    return Tensor(name: name, shape: shape, values: values)
  }
}
