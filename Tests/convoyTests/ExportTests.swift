import Foundation
import Interchange
import TestSupport
import Testing

/// `convoy export` and `--fold-batch-norm` with the built binary.
@Suite("Export")
struct ExportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("a folded model gives the same probabilities, by a file or by the flag")
  func folded() throws {
    let model = try TrainedModel.shared.get()
    let file = folder.path(of: "folded.safetensors")
    let export = try ConvoyBinary.run([
      "export", model.best, "--format", "safetensors", "--fold-batch-norm", "--output", file, "--json",
    ])
    #expect(export.status == 0)
    let event = try #require(try export.events("export").first)
    #expect(event["foldedBatchNorms"] as? Int == 6 && event["tensors"] as? Int == 14)
    #expect((event["sha256"] as? String)?.count == 64)

    let images = model.data + "/test"
    let plain = try probabilities(["predict", model.best, images])
    #expect(!plain.isEmpty)
    for other in [
      try probabilities(["predict", file, images]),
      try probabilities(["predict", model.best, images, "--fold-batch-norm"]),
    ] {
      #expect(other.keys == plain.keys)
      for (key, value) in plain { #expect(abs(value - (other[key] ?? .nan)) < 1e-4, "\(key)") }
    }
    let evaluation = try ConvoyBinary.run([
      "evaluate", model.best, model.data, "--fold-batch-norm", "--quiet",
    ])
    #expect(
      evaluation.output == (try ConvoyBinary.run(["evaluate", model.best, model.data, "--quiet"]).output))
  }

  @Test("torch-names is a state dictionary with the counters that a strict reader wants")
  func torchNames() throws {
    let model = try TrainedModel.shared.get()
    let file = folder.path(of: "torch.safetensors")
    let export = try ConvoyBinary.run(["export", model.best, "--format", "torch-names", "-o", file])
    #expect(export.status == 0)
    #expect(export.output.hasPrefix("\(file): vgg6 as torch-names, 32 tensors, "))
    let (contents, own) = (try Safetensors.read(file), try Safetensors.read(model.best))
    #expect(contents.metadata == ["format": "pt"])
    let counters = contents.tensors.filter { $0.name.hasSuffix("num_batches_tracked") }
    #expect(counters.count == 6 && counters.allSatisfy { $0.shape.isEmpty && $0.values == [0] })
    #expect(Set(counters.map(\.name)) == contents.integers)
    #expect(contents.tensors.filter { !contents.integers.contains($0.name) } == own.tensors)
  }

  @Test("ONNX lies beside the model by default")
  func onnx() throws {
    let model = try TrainedModel.shared.get()
    let copy = folder.path(of: "model.safetensors")
    try FileManager.default.copyItem(atPath: model.best, toPath: copy)
    let export = try ConvoyBinary.run(["export", copy, "--format", "onnx", "--fold-batch-norm"])
    #expect(export.status == 0)
    #expect(
      export.output.hasPrefix(
        "\(folder.path(of: "model-folded.onnx")): vgg6 as onnx, 14 tensors, 6 batch norms folded, "))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path(of: "model-folded.onnx")))
    for text in ["logits", "class_names", #"["across","down"]"#, "[0.449]"] {
      #expect(bytes.range(of: Data(text.utf8)) != nil, "\(text)")
    }
  }

  @Test("options and files that do not go together")
  func mistakes() throws {
    let model = try TrainedModel.shared.get()
    try expect(
      ["export", model.best, "--format", "torch-names", "--fold-batch-norm"], 64,
      "fold-batch-norm true: torch-names is for models with batch norms; fold for onnx or safetensors")
    try expect(
      ["export", model.best, "--format", "safetensors", "--output", model.best], 64,
      "output \(model.best): is the model itself")
    try expect(
      ["export", model.best + "x", "--format", "onnx"], 66, "\(model.best)x: no such model file")
    let nowhere = folder.path(of: "nowhere/m.onnx")
    try expect(
      ["export", model.best, "--format", "onnx", "--output", nowhere], 73,
      "\(nowhere): cannot be created: No such file or directory")
  }

  private func expect(
    _ arguments: [String], _ status: Int32, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try ConvoyBinary.run(arguments)
    #expect(outcome.status == status, sourceLocation: sourceLocation)
    #expect(outcome.error == "convoy: error: \(message)\n", sourceLocation: sourceLocation)
  }

  /// The probability of each class of each image.
  private func probabilities(_ arguments: [String]) throws -> [String: Double] {
    let outcome = try ConvoyBinary.run(arguments + ["--json", "--precision", "fp32"])
    #expect(outcome.status == 0)
    var probabilities: [String: Double] = [:]
    for event in try outcome.events("prediction") {
      let path = try #require(event["path"] as? String)
      for entry in try #require(event["classes"] as? [[String: Any]]) {
        let name = try #require(entry["name"] as? String)
        probabilities["\(path): \(name)"] = try #require(entry["probability"] as? Double)
      }
    }
    return probabilities
  }
}
