import Foundation
import TestSupport
import Testing

/// The flags of loss, mixing, sampling and noise: what cannot be, in one line, and what a run tells of them.
@Suite("Regularisation flags")
struct RegularizationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func expect(
    _ arguments: [String], message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try ConvoyBinary.run(["train"] + arguments)
    #expect(outcome.status == 64, sourceLocation: sourceLocation)
    #expect(outcome.error == "convoy: error: \(message)\n", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
  }

  @Test(
    "values out of range, and options that would be ignored",
    arguments: [
      (["--mixup=-0.1"], "mixup -0.1: must be 0 (none) or more"),
      (["--cutmix", "inf"], "cutmix inf: must be 0 (none) or more"),
      (["--mix-probability", "0.5"], "mix-probability 0.5: needs mixup or cutmix"),
      (["--mixup", "1", "--mix-probability", "1.5"], "mix-probability 1.5: must be above 0, and at most 1"),
      (["--label-smoothing", "1"], "label-smoothing 1.0: must be from 0 to below 1"),
      (["--label-smoothing=-0.5"], "label-smoothing -0.5: must be from 0 to below 1"),
      (["--focal-gamma", "nan"], "focal-gamma nan: must be 0 or more"),
      (["--input-noise=-1"], "input-noise -1.0: must be 0 (none) or more"),
      (["--class-weights", "a=0"], "class-weights a=0.0: a weight must be a number above 0"),
      (
        ["--class-weights", "balanced", "--sampling", "balanced"],
        "class-weights balanced: sampling is balanced already, so that rare classes would count too much; use one "
          + "of them"
      ),
      (
        ["--class-weights", "equal"],
        "The value 'equal' is invalid for '--class-weights <class-weights>': expected balanced, or CLASS=WEIGHT "
          + "with commas between several (see: convoy train --help)"
      ),
    ])
  func usage(arguments: [String], message: String) throws {
    try expect(["data"] + arguments, message: message)
  }

  @Test("classes that have no weight or do not exist, in flags and in a file")
  func classes() throws {
    let path = try TinyImages.makeSplits(in: folder)
    try expect(
      [path, "--class-weights", "across=2"],
      message: "class-weights across=2.0: class down has no weight; every class needs one")
    try expect(
      [path, "--class-weights", "acros=2,down=1"],
      message: "class-weights acros: the data have no such class; did you mean across?")
    let file = try folder.write(file: "run.yaml", text: "class-weights:\n  across: 2\n  up: 1\n")
    try expect(
      [path, "--config", file],
      message: "class-weights up: the data have no such class; the classes are across, down")
  }

  @Test("a run with all of it, whose weights are told")
  func run() throws {
    let path = try TinyImages.makeSplits(in: folder)
    let file = try folder.write(
      file: "run.yaml",
      text: """
        class-weights: {across: 2, down: 0.5}
        label-smoothing: 0.1
        focal-gamma: 1
        mixup: 0.2
        mix-probability: 0.5
        """)
    let outcome = try ConvoyBinary.run([
      "train", path, "--config", file, "--cutmix", "1", "--input-noise", "0.1", "--sampling", "balanced",
      "--epochs",
      "1", "--batch-size", "8", "--output", folder.path(of: "run"), "--json",
    ])
    #expect(outcome.status == 0)
    let summary = try #require(try outcome.events("summary").first)
    let weights = try #require(summary["classWeights"] as? [[String: Any]])
    #expect(weights.map { $0["name"] as? String } == ["across", "down"])
    #expect(weights.map { $0["weight"] as? Double } == [2, 0.5])
    let model = try ConvoyBinary.run(["evaluate", folder.path(of: "run/last.safetensors"), path + "/test"])
    #expect(model.status == 0)
  }
}
