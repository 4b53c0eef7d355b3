import Foundation
import TestSupport
import Testing

@Suite("find-lr")
struct FindLRTests {
  private static let quick = [
    "--batch-size", "32", "--model", "lenet5", "--size", "32", "--precision", "fp32",
  ]

  @Test("a curve, two rules, and the rate to begin with; the same for any number of workers")
  func text() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder, count: 16)
    let outcomes = try ["1", "3"].map {
      try ConvoyBinary.run(["find-lr", data, "--workers", $0, "--shards", "4", "--steps", "60"] + Self.quick)
    }
    #expect(outcomes[0].status == 0, "\(outcomes[0].error)")
    #expect(outcomes[0].output == outcomes[1].output)
    for text in ["learning rate", "steepest", "valley", "lowest"] {
      #expect(outcomes[0].output.contains(text), "\(text)")
    }
    #expect(outcomes[0].lines.last?.hasPrefix("recommended: --lr ") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["data"])
  }

  @Test("one JSON object with every step, and a picture")
  func json() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder, count: 16)
    let picture = folder.path(of: "loss.svg")
    let outcome = try ConvoyBinary.run(
      ["find-lr", data, "--json", "--svg", picture, "--optimizer", "lamb", "--to", "5"] + Self.quick)
    #expect(outcome.status == 0, "\(outcome.error)")
    let test = try #require(try outcome.events("find-lr").first)
    let points = try #require(test["points"] as? [[String: Any]])
    #expect((20...100).contains(points.count))
    for key in ["step", "learningRate", "loss", "smoothedLoss"] {
      #expect(points[0][key] is NSNumber, "\(key)")
    }
    #expect((test["suggestions"] as? [[String: Any]])?.count == 3)
    #expect((test["recommended"] as? [String: Any])?["learningRate"] is NSNumber)
    let svg = try String(contentsOfFile: picture, encoding: .utf8)
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n") && svg.contains("(recommended)"))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test("options come from a file as well")
  func file() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder, count: 16)
    try folder.write(
      file: "run.yaml",
      bytes: Array(
        "data: \(data)\nmodel: lenet5\nsize: 32\nbatch-size: 32\nprecision: fp32\naugment: none\noutput: runs/x\n"
          .utf8))
    let outcome = try ConvoyBinary.run(["find-lr", "--config", folder.path(of: "run.yaml"), "--quiet"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.lines.count == 1)
  }

  @Test(
    "what cannot be tested is one line",
    arguments: [
      (["--steps", "5"], 64, "steps 5: must be at least 20"), (["--from", "0"], 64, "from 0.0: must be"),
      (["--from", "1", "--to", "0.5"], 64, "to 0.5: must be a number above from (1.0)"),
      (["--from", "1e30", "--to", "1e38"], 65, "begin lower with --from"),
      (["--svg", "/nowhere/at/all/x.svg"], 73, "no folder to write into"),
      (["--profile-layers"], 64, "find-lr times nothing"), (["--momentum", "2"], 64, "momentum 2.0"),
    ])
  func wrong(options: [String], status: Int, text: String) throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder)
    let outcome = try ConvoyBinary.run(["find-lr", data] + Self.quick + options)
    #expect(outcome.status == Int32(status))
    #expect(outcome.error.contains(text), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
  }
}
