import Foundation
import Networks
import SwiftProtobuf
import TestSupport
import Testing

@testable import Interchange

/// What the exported graphs are. `tools/check-onnx` checks that onnxruntime gives Convoy's outputs.
@Suite struct ONNXTests {
  private func model(_ network: Network) throws -> Onnx_ModelProto {
    let state = try network.parameters().map { $0.initialTensor(seed: 5) }
    let model = try ONNXModel(
      network, state: state, documentation: "words", metadata: ["b": "2", "a": "1"], producerVersion: "9")
    return try Onnx_ModelProto(serializedBytes: try model.bytes())
  }

  /// A network of one layer between a convolution and the classifier.
  private func operations(of layer: any Layer) throws -> [String] {
    let network = Network(input: .image(channels: 2, height: 6, width: 6)) {
      layer.named("0")
      GlobalAveragePool()
    }
    return try model(network).graph.node.map(\.opType).dropLast(3).map { $0 }
  }

  @Test func saysInputOutputAndWhereItIsFrom() throws {
    let model = try model(
      Network(input: .image(channels: 3, height: 8, width: 6), name: "n") {
        Conv2D(4, kernel: 3)
        Flatten()
        Dense(5)
      })
    #expect(model.irVersion == 8 && model.opsetImport.map(\.version) == [17])
    #expect(model.producerName == "convoy" && model.producerVersion == "9" && model.docString == "words")
    #expect(model.metadataProps.map(\.key) == ["a", "b"] && model.metadataProps.map(\.value) == ["1", "2"])
    let input = try #require(model.graph.input.first)
    #expect(input.name == "input" && model.graph.input.count == 1)
    let sides = input.type.tensorType.shape.dim
    #expect(sides[0].dimParam == "batch" && sides[1...].map(\.dimValue) == [3, 8, 6])
    let output = try #require(model.graph.output.first)
    #expect(output.name == "logits" && model.graph.output.count == 1)
    #expect(output.type.tensorType.shape.dim[1].dimValue == 5)
    #expect(model.graph.initializer.map(\.name) == ["0.weight", "2.weight", "2.bias"])
    #expect(model.graph.initializer[0].dims == [4, 3, 3, 3])
    #expect(model.graph.initializer[0].rawData.count == 4 * 3 * 3 * 3 * 4)
  }

  @Test func everyValueIsMadeBeforeItIsUsedAndOnce() throws {
    let model = try model(
      try ModelZoo.network(named: "resnet18", input: .image(channels: 3, height: 32, width: 32), classes: 4))
    var known = Set(model.graph.initializer.map(\.name) + ["input"])
    #expect(known.count == model.graph.initializer.count + 1)
    var names: Set<String> = []
    for node in model.graph.node {
      #expect(node.input.allSatisfy(known.contains), "\(node.name)")
      for output in node.output { #expect(known.insert(output).inserted, "\(node.name)") }
      #expect(names.insert(node.name).inserted)
    }
    #expect(known.contains("logits"))
  }

  @Test func convolutionsSayTheirGeometry() throws {
    let model = try model(
      Network(input: .image(channels: 4, height: 9, width: 9)) {
        Conv2D(8, kernel: 4, stride: 2, padding: .same, dilation: 1, groups: 2, bias: true)
        GlobalAveragePool()
      })
    let node = model.graph.node[0]
    let attributes = Dictionary(uniqueKeysWithValues: node.attribute.map { ($0.name, $0) })
    #expect(node.input == ["input", "0.weight", "0.bias"])
    #expect(attributes["pads"]?.ints == [1, 1, 2, 2])
    #expect(attributes["strides"]?.ints == [2, 2] && attributes["kernel_shape"]?.ints == [4, 4])
    #expect(attributes["dilations"]?.ints == [1, 1] && attributes["group"]?.i == 2)
  }

  @Test(
    arguments: [
      (ReLU(), ["Relu"]), (Sigmoid(), ["Sigmoid"]), (Tanh(), ["Tanh"]), (LeakyReLU(), ["LeakyRelu"]),
      (PReLU(), ["PRelu"]), (ELU(), ["Elu"]), (SELU(), ["Selu"]), (SiLU(), ["Sigmoid", "Mul"]),
      (HardSwish(), ["HardSwish"]), (HardSigmoid(), ["HardSigmoid"]),
      (Softplus(), ["Mul", "Softplus", "Div"]),
      (GELU(), ["Div", "Erf", "Add", "Mul", "Mul"]),
      (GELU(approximate: .tanh), ["Mul", "Mul", "Mul", "Add", "Mul", "Tanh", "Add", "Mul", "Mul"]),
      (ReLU6(), ["Clip"]), (LayerScale(), ["Mul"]), (ChannelPad(after: 2), ["Pad"]),
      (Dense(3, pointwise: true), ["Conv"]),
      (SqueezeExcitation(2), ["GlobalAveragePool", "Conv", "Relu", "Conv", "Sigmoid", "Mul"]),
      (Parallel([[], [ReLU().named("a")]]), ["Relu", "Concat"]),
      (BatchNorm(), ["BatchNormalization"]), (Dropout(0.5), []), (GaussianNoise(0.5), []),
      (Dropout(0.5, scaling: .inference), ["Mul"]),
      (GroupNorm(2), ["Reshape", "InstanceNormalization", "Reshape", "Mul", "Add"]),
      (LayerNorm(), ["Transpose", "LayerNormalization", "Transpose"]),
      (LayerNorm(over: .all), ["LayerNormalization"]), (LocalResponseNorm(3), ["LRN"]),
      (AdaptiveAveragePool(6), []), (AdaptiveAveragePool(1), ["GlobalAveragePool"]),
      (AdaptiveAveragePool(4), ["MatMul", "MatMul"]), (AdaptiveMaxPool(4), ["Gather", "Gather", "MaxPool"]),
      (FractionalMaxPool(ratio: 0.7), ["Gather", "Gather", "MaxPool"]), (Pad(1), ["Pad"]),
      (Pad(1, mode: .circular), ["Gather", "Gather"]), (Reshape([4, 3, 6]), ["Reshape"]),
      (Conv2D(3, kernel: 3, padding: .same, paddingMode: .reflect), ["Gather", "Gather", "Conv"]),
      (ConvTranspose2D(3, kernel: 3), ["ConvTranspose"]), (MaxPool(2), ["MaxPool"]),
      (AveragePool(2), ["AveragePool"]), (Residual(relu: true) { ReLU() }, ["Relu", "Add", "Relu"]),
    ] as [(any Layer, [String])])
  func layersBecomeOperators(layer: any Layer, expected: [String]) throws {
    #expect(try operations(of: layer) == expected)
  }

  @Test func theSameModelGivesTheSameBytes() throws {
    let network = Network(input: .image(channels: 1, height: 4, width: 4)) {
      Conv2D(2, kernel: 3)
      GELU()
      GlobalAveragePool()
    }
    #expect(try model(network).serializedData() == model(network).serializedData())
  }

  @Test func aLayerWithoutAnOperatorIsNamed() throws {
    let error = #expect(throws: ONNXError.self) { try operations(of: Strange()) }
    #expect("\(try #require(error))".hasPrefix("layer 0 (strange) cannot be exported to ONNX"))
  }

  @Test func aMissingTensorIsNamed() throws {
    let network = Network(input: .image(channels: 1, height: 4, width: 4)) { Conv2D(2, kernel: 3) }
    #expect(throws: NetworkError.missingTensor("0.weight")) {
      try ONNXModel(network, state: [], documentation: "", metadata: [:], producerVersion: "")
    }
  }
}

/// A layer that only this test knows.
private struct Strange: Layer {
  static let kind = "strange"

  func outputShape(for input: ActivationShape, name: String) throws(NetworkError) -> ActivationShape { input }
  func lower(_ input: Value, name: String, into plan: PlanBuilder) throws -> Value { input }
}
