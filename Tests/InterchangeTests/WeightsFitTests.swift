import Networks
import TestSupport
import Testing

@testable import Interchange

@Suite struct WeightsFitTests {
  private let network = Network(input: .image(channels: 3, height: 8, width: 8), name: "small") {
    Block {
      Conv2D(4, kernel: 3, padding: .same)
      BatchNorm()
      ReLU()
    }.named("features")
    GlobalAveragePool().named("pool")
    Dense(5).named("head")
  }

  /// What a file for the network holds, with values that tell the tensors apart.
  private func contents(_ change: (inout [Tensor]) -> Void = { _ in }) throws -> Safetensors.Contents {
    var tensors = try network.parameters().map { $0.initialTensor(seed: 3) }
    tensors.append(Tensor(name: "features.1.num_batches_tracked", shape: [], values: [7]))
    change(&tensors)
    return Safetensors.Contents(
      tensors: tensors, metadata: [:], integers: ["features.1.num_batches_tracked"])
  }

  private func mismatch(_ contents: Safetensors.Contents) -> WeightsMismatch? {
    #expect(throws: WeightsMismatch.self) { try WeightsFit(contents, to: network) }
  }

  @Test func loadsEveryTensorAndPassesOverBatchCounters() throws {
    let fit = try WeightsFit(try contents { $0.reverse() }, to: network)
    #expect(fit.tensors == (try network.parameters().map { $0.initialTensor(seed: 3) }))
    #expect(fit.report.naming == "torchvision")
    #expect(fit.report.leftOut.isEmpty && fit.report.new.isEmpty && fit.report.newHead == nil)
  }

  @Test func anotherNumberOfClassesReplacesTheHead() throws {
    let file = try contents { tensors in
      for index in tensors.indices where tensors[index].name.hasPrefix("head") {
        let rest = tensors[index].shape.dropFirst()
        tensors[index] = Tensor(
          name: tensors[index].name, shape: [9] + rest,
          values: [Float](repeating: 1, count: 9 * rest.reduce(1, *)))
      }
    }
    let fit = try WeightsFit(file, to: network)
    #expect(fit.report.newHead == "head")
    #expect(fit.report.new == ["head.weight", "head.bias"])
    #expect(fit.report.leftOut == ["head.weight", "head.bias"])
    #expect(fit.tensors.count == 5)
  }

  @Test func aFileWithoutAHeadStartsItAnew() throws {
    let fit = try WeightsFit(try contents { $0.removeAll { $0.name.hasPrefix("head") } }, to: network)
    #expect(fit.report.newHead == "head" && fit.report.leftOut.isEmpty)
  }

  @Test func namesTensorAndShapesThatDoNotFit() throws {
    let file = try contents {
      $0[0] = Tensor(name: $0[0].name, shape: [4, 1, 3, 3], values: [Float](repeating: 0, count: 36))
    }
    #expect(
      mismatch(file)
        == .shape(name: "features.0.weight", file: [4, 1, 3, 3], network: [4, 3, 3, 3], others: 0))
    // A head with other features is no head for other classes.
    let head = try contents { tensors in
      let index = tensors.firstIndex { $0.name == "head.weight" } ?? 0
      tensors[index] = Tensor(name: "head.weight", shape: [9, 2], values: [Float](repeating: 0, count: 18))
    }
    #expect(mismatch(head) == .shape(name: "head.weight", file: [9, 2], network: [5, 4], others: 0))
  }

  @Test func namesMissingTensorsUnlessTheyMayBe() throws {
    let file = try contents { $0.removeAll { $0.name == "features.1.bias" } }
    #expect(mismatch(file) == .missing(["features.1.bias"]))
    let fit = try WeightsFit(file, to: network, allowsMissing: true)
    #expect(fit.report.new == ["features.1.bias"] && fit.report.newHead == nil)
  }

  @Test func reportsWhatTheNetworkHasNoUseFor() throws {
    let file = try contents { $0.append(Tensor(name: "aux.weight", shape: [2], values: [1, 2])) }
    #expect(try WeightsFit(file, to: network).report.leftOut == ["aux.weight"])
  }

  @Test func refusesAFileThatSharesNothing() throws {
    let file = Safetensors.Contents(
      tensors: [Tensor(name: "x", shape: [1], values: [1])], metadata: [:])
    guard case .nothingInCommon(["x"], _)? = mismatch(file) else {
      Issue.record("expected nothing in common")
      return
    }
    #expect(throws: WeightsMismatch.self) {
      try WeightsFit(Safetensors.Contents(tensors: [], metadata: [:]), to: network)
    }
  }

  @Test func refusesWholeNumbersAsWeights() throws {
    var file = try contents()
    file.integers.insert("features.0.weight")
    #expect(mismatch(file) == .integers(name: "features.0.weight"))
  }

  @Test func takesTimmsDenseLayersThatAreConvolutions() throws {
    let vgg = Network(input: .image(channels: 2, height: 4, width: 4)) {
      Block { Conv2D(3, kernel: 3, padding: .same, bias: true) }.named("features")
      Block {
        Flatten()
        Dense(6).named("0")
        ReLU()
        Dense(6).named("3")
        Dense(2).named("6")
      }.named("classifier")
    }
    var tensors = try vgg.parameters().map { $0.initialTensor(seed: 1) }
    let expected = tensors
    let timm = [
      "classifier.0.weight": ("pre_logits.fc1.weight", [6, 3, 4, 4]),
      "classifier.0.bias": ("pre_logits.fc1.bias", [6]),
      "classifier.3.weight": ("pre_logits.fc2.weight", [6, 6, 1, 1]),
      "classifier.3.bias": ("pre_logits.fc2.bias", [6]),
      "classifier.6.weight": ("head.fc.weight", [2, 6]), "classifier.6.bias": ("head.fc.bias", [2]),
    ]
    for (index, tensor) in tensors.enumerated() {
      guard let (name, shape) = timm[tensor.name] else { continue }
      tensors[index] = Tensor(name: name, shape: shape, values: tensor.values)
    }
    let fit = try WeightsFit(Safetensors.Contents(tensors: tensors, metadata: [:]), to: vgg)
    #expect(fit.tensors == expected)
    #expect(fit.report.naming == "timm (VGG)" && fit.report.new.isEmpty && fit.report.leftOut.isEmpty)
  }
}
