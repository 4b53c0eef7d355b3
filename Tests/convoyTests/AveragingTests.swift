import Foundation
import TestSupport
import Testing

@Suite("Averages of weights and snapshots, with the binary")
struct AveragingTests {
  @Test("a run leaves its averages and snapshots, which evaluate, predict and export take")
  func models() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder)
    let run = folder.path(of: "run")
    let outcome = try ConvoyBinary.run([
      "train", data, "--epochs", "2", "--batch-size", "8", "--ema", "0.8", "--swa-from", "2", "--snapshots",
      "2",
      "--output", run, "--json",
    ])
    #expect(outcome.status == 0)
    #expect(try outcome.events("epoch").allSatisfy { ($0["ema"] as? [String: Any])?["count"] as? Int == 8 })
    let names = ["best-ema", "last-ema", "swa", "snapshot-1", "snapshot-2"]
    let files = names.map { "\(run)/\($0).safetensors" }
    let averages = try #require(try outcome.events("finished").first?["averages"] as? [String: Any])
    #expect(averages["bestEMA"] as? String == files[0])
    #expect((averages["ema"] as? [String: Any])?["model"] as? String == files[1])
    #expect((averages["swa"] as? [String: Any])?["model"] as? String == files[2])
    #expect(averages["snapshots"] as? [String] == Array(files[3...]))
    #expect(outcome.error.contains("mean of 1 epoch  \(files[2]): validation accuracy "))

    let evaluation = try ConvoyBinary.run(["evaluate"] + files + [data, "--json", "--quiet"])
    #expect(evaluation.status == 0)
    #expect(try evaluation.events("evaluation").count == 6)
    let prediction = try ConvoyBinary.run(["predict", files[3], files[4], data + "/test/across/0.png"])
    #expect(prediction.status == 0 && prediction.lines.count == 3)
    let export = try ConvoyBinary.run(["export", files[2], "--format", "onnx"])
    #expect(export.status == 0 && FileManager.default.fileExists(atPath: run + "/swa.onnx"))
  }

  @Test(
    "options that exclude each other",
    arguments: [
      (["--ema", "1"], "ema 1.0: must be above 0 and below 1, such as 0.999"),
      (["--epochs", "3", "--swa-from", "4"], "swa-from 4: must be an epoch of the run, from 1 to 3"),
      (["--swa-lr", "0.1"], "swa-lr 0.1: needs swa-from"),
      (
        ["--snapshots", "3", "--schedule", "cosine"],
        "snapshots 3: needs the schedule cosine-warm-restarts, whose cycles it counts, and not cosine"
      ),
    ])
  func usage(options: [String], message: String) throws {
    let outcome = try ConvoyBinary.run(["train", "data"] + options)
    #expect(outcome.status == 64 && outcome.error == "convoy: error: \(message)\n")
  }
}
