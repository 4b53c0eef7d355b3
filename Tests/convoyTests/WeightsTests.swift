import Foundation
import Interchange
import Networks
import TestSupport
import Testing

/// `convoy train --weights` with the built binary.
@Suite("Weights")
struct WeightsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let frugal = [
    "--epochs", "1", "--batch-size", "8", "--lr", "1e-6", "--workers", "1", "--shards", "1",
  ]

  @Test("a model of Convoy's brings its network, and its classifier starts anew for other classes")
  func convoyModel() throws {
    let model = try TrainedModel.shared.get()
    let data = try TinyImages.make(in: folder, "three", classes: ["a", "b", "c"], count: 6)
    let run = folder.path(of: "run")
    let outcome = try ConvoyBinary.run(
      ["train", data, "--weights", model.best, "--output", run, "--json"] + frugal)
    #expect(outcome.status == 0)
    let line = try #require(outcome.error.split(separator: "\n").first { $0.contains("weights") })
    #expect(
      line
        == "convoy: weights \(model.best): 30 tensors loaded by torchvision's names; the classifier 23 starts anew; left out: 23.weight, 23.bias"
    )
    let summary = try #require(try outcome.events("summary").first)
    let weights = try #require(summary["weights"] as? [String: Any])
    #expect((weights["sha256"] as? String)?.count == 64)
    let report = try #require(weights["report"] as? [String: Any])
    #expect((report["loaded"] as? [String])?.count == 30)
    #expect(report["new"] as? [String] == ["23.weight", "23.bias"])
    #expect(report["newHead"] as? String == "23")
    #expect((summary["model"] as? [String: Any])?["name"] as? String == "vgg6")

    // The record stays when the run is resumed, without the file.
    let resumed = try ConvoyBinary.run(["train", "--resume", run, "--json"])
    #expect(resumed.status == 0)
    let again = try #require(try resumed.events("summary").first)
    #expect((again["weights"] as? [String: Any])?["sha256"] as? String == weights["sha256"] as? String)
  }

  @Test("training starts from the file's values")
  func startsFromTheFile() throws {
    let model = try TrainedModel.shared.get()
    let run = folder.path(of: "run")
    let outcome = try ConvoyBinary.run(
      [
        "train", model.data, "--weights", model.best, "--model", "vgg6", "--output", run, "--quiet",
        "--momentum", "0", "--no-nesterov",
      ] + frugal)
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    let before = try Safetensors.read(model.best).tensors
    let after = try Safetensors.read(run + "/last.safetensors").tensors
    #expect(before.map(\.name) == after.map(\.name))
    for (first, second) in zip(before, after) where first.name.hasSuffix("weight") {
      for (value, other) in zip(first.values, second.values) { #expect(abs(value - other) < 1e-3) }
    }
  }

  @Test("what does not fit is named, with what to do")
  func mismatches() throws {
    let model = try TrainedModel.shared.get()
    var contents = try Safetensors.read(model.best)
    try expect(
      contents.tensors, ["--model", "resnet18"],
      "it has none of the network's tensors: it has 0.weight, 1.weight, 1.bias and 29 more, the network "
        + "conv1.weight, bn1.weight, bn1.bias and 99 more")
    try expect(
      contents.tensors, ["--model", "vgg6", "--channels", "3"],
      "0.weight has shape [32, 1, 3, 3] in the file and [32, 3, 3, 3] in the network; "
        + "--channels 1 makes a network for such images")
    contents.tensors.removeAll { $0.name == "1.bias" }
    try expect(
      contents.tensors, ["--model", "vgg6"],
      "it lacks a tensor of the network: 1.bias; --partial-weights starts such layers anew")
  }

  @Test("a file that is missing, or no safetensors")
  func badFiles() throws {
    let data = try TinyImages.make(in: folder, "data", count: 2)
    let missing = folder.path(of: "w.safetensors")
    var outcome = try ConvoyBinary.run(["train", data, "--weights", missing])
    #expect(outcome.status == 66)
    #expect(outcome.error == "convoy: error: \(missing): no such weights file\n")
    let text = try folder.write(file: "text.safetensors", text: "hello, world, this is no tensor")
    outcome = try ConvoyBinary.run(["train", data, "--weights", text])
    #expect(outcome.status == 65)
    #expect(outcome.error.contains("it does not begin with a safetensors header"))
    #expect(outcome.error.split(separator: "\n").count == 1)
    outcome = try ConvoyBinary.run(["train", data, "--partial-weights"])
    #expect(outcome.status == 64)
    #expect(outcome.error == "convoy: error: partial-weights true: needs weights\n")
  }

  private func expect(
    _ tensors: [Tensor], _ arguments: [String], _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let data = try TinyImages.make(in: folder, "data", count: 2)
    let file = folder.path(of: "dictionary.safetensors")
    try Safetensors.write(tensors, to: file)
    let outcome = try ConvoyBinary.run(
      ["train", data, "--weights", file, "--output", folder.path(of: "none")] + arguments)
    #expect(outcome.status == 65, sourceLocation: sourceLocation)
    #expect(
      outcome.error == "convoy: error: \(file): cannot start the network: \(message)\n",
      sourceLocation: sourceLocation)
  }
}
