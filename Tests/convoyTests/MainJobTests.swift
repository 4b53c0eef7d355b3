import Foundation
import TestSupport
import Testing

@Suite("The main job, with the binary")
struct MainJobTests {
  @Test("training tells its summary, every epoch and its end as JSON, and leaves its files")
  func train() throws {
    let model = try TrainedModel.shared.get()
    let summary = try #require(try model.outcome.events("summary").first)
    let data = try #require(summary["data"] as? [String: Any])
    #expect(data["trainingImages"] as? Int == 32)
    #expect(data["classes"] as? [String] == ["across", "down"])
    #expect(summary["kernels"] as? [String] == [], "only with --verbose")
    #expect(try model.outcome.events("epoch").map { $0["epoch"] as? Int } == [1, 2, 3, 4, 5, 6])
    let finished = try #require(try model.outcome.events("finished").first)
    #expect(finished["outcome"] as? String == "completed")
    #expect((finished["weightsSHA256"] as? String)?.count == 64)
    for name in ["best.safetensors", "last.safetensors", "checkpoints", "log.csv", "run.json"] {
      #expect(FileManager.default.fileExists(atPath: model.run + "/" + name), "\(name)")
    }
  }

  @Test("--profile-layers prints the time of every layer on standard error, and as JSON, and writes it")
  func profile() throws {
    let model = try TrainedModel.shared.get()
    let folder = try TemporaryFolder()
    let run = folder.path(of: "run")
    let outcome = try ConvoyBinary.run(
      ["train", model.data, "--output", run, "--json", "--profile-layers"] + TrainedModel.arguments)
    #expect(outcome.status == 0)
    #expect(outcome.error.contains(/\n0 +convolution +forward +\S+ +\d+\.\d+ +\d+\.\d% +\d+\n/))
    #expect(outcome.error.contains("shards computed"))
    let event = try #require(try outcome.events("profile").first)
    let rows = try #require(event["rows"] as? [[String: Any]])
    #expect(rows.contains { $0["layer"] as? String == "1" && $0["pass"] as? String == "backward" })
    #expect(FileManager.default.fileExists(atPath: run + "/profile.json"))
    #expect(try sha256(outcome) == sha256(model.outcome))
  }

  @Test("evaluation counts each image once, as text and as JSON")
  func evaluate() throws {
    let model = try TrainedModel.shared.get()
    let json = try ConvoyBinary.run(["evaluate", model.best, model.data, "--json", "--quiet"])
    #expect(json.status == 0)
    let report = try #require(try json.events("evaluation").first)
    let score = try #require(report["score"] as? [String: Any])
    #expect(score["count"] as? Int == 8)
    let confusion = try #require(report["confusion"] as? [[Int]])
    #expect(confusion.map { $0.reduce(0, +) } == [4, 4])
    let right = confusion[0][0] + confusion[1][1]
    #expect(score["top1"] as? Double == Double(right) / 8)

    let text = try ConvoyBinary.run(["evaluate", model.best, model.data + "/test"])
    #expect(text.status == 0)
    #expect(text.output.contains("class   images  precision"))
    #expect(text.output.contains("Confusion matrix"))
    #expect(text.lines.last?.hasPrefix("top-1 ") == true)
    #expect(text.lines.last?.hasSuffix("(8 images)") == true)
  }

  @Test("prediction of images and folders, as text, JSON and CSV")
  func predict() throws {
    let model = try TrainedModel.shared.get()
    let text = try ConvoyBinary.run(["predict", model.best, model.image, "--top", "2"])
    #expect(text.status == 0)
    #expect(text.output.hasPrefix(model.image + "  "))
    let rest = try #require(text.lines.first).dropFirst(model.image.count)
    #expect(rest.wholeMatch(of: #/  (across|down) +[\d.]+%  \((across|down) [\d.]+%\)/#) != nil, "\(rest)")

    let json = try ConvoyBinary.run(["predict", model.best, model.data + "/test", "--json"])
    let predictions = try json.events("prediction")
    #expect(predictions.count == 8)
    for prediction in predictions {
      let classes = try #require(prediction["classes"] as? [[String: Any]])
      let sum = classes.compactMap { $0["probability"] as? Double }.reduce(0, +)
      #expect(classes.count == 2 && abs(sum - 1) < 1e-5)
    }

    let csv = try ConvoyBinary.run(["predict", model.best, model.image, "--csv", "--top", "1"])
    #expect(csv.lines.count == 2)
    #expect(csv.lines.first == "path,class_1,probability_1")
    #expect(csv.lines.last?.hasPrefix(model.image + ",") == true)
  }

  @Test("--quiet leaves the result line, and nothing on standard error")
  func quiet() throws {
    let model = try TrainedModel.shared.get()
    let outcome = try ConvoyBinary.run(["evaluate", model.best, model.data, "--quiet"])
    #expect(outcome.lines.count == 1 && outcome.error.isEmpty)
  }

  @Test("a configuration file and flags give the weights that flags alone give")
  func configuration() throws {
    let model = try TrainedModel.shared.get()
    let folder = try TemporaryFolder()
    let file = try folder.write(
      file: "run.yaml",
      text: "data: \(model.data)\nepochs: 99\nbatch-size: 8\nlr: 0.05\nworkers: 1\nshards: 2\n")
    let outcome = try ConvoyBinary.run([
      "train", "--config", file, "--epochs", "6", "--output", folder.path(of: "run"), "--json", "--quiet",
    ])
    #expect(outcome.status == 0)
    #expect(try sha256(outcome) == sha256(model.outcome))
  }

  @Test(
    "Ctrl-C and SIGTERM save a checkpoint, and --resume ends with the same weights",
    arguments: [(SIGINT, 130, "epoch"), (SIGTERM, 143, "progress")] as [(Int32, Int32, String)])
  func interruption(signal: Int32, status: Int32, event: String) throws {
    let model = try TrainedModel.shared.get()
    let folder = try TemporaryFolder()
    let run = folder.path(of: "run")
    let running = try ConvoyBinary.start(
      ["train", model.data, "--output", run, "--json"] + TrainedModel.arguments)
    try running.wait(for: #""event":"\#(event)""#)
    running.send(signal)
    let stopped = try running.wait()
    #expect(stopped.status == status)
    #expect(stopped.error.contains("go on with: convoy train --resume \(run)"))
    #expect(!(try FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints")).isEmpty)

    let resumed = try ConvoyBinary.run(["train", "--resume", run, "--workers", "1", "--json"])
    #expect(resumed.status == 0)
    #expect(try sha256(resumed) == sha256(model.outcome))
  }

  @Test("a second Ctrl-C ends the run at once, in the middle of a step")
  func impatience() throws {
    let folder = try TemporaryFolder()
    let sample =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../data/fashion-sample"
    let run = folder.path(of: "run")
    // One step is the whole epoch, seconds long in a debug build.
    let running = try ConvoyBinary.start(
      ["train", sample, "--batch-size", "1500", "--epochs", "20", "--output", run, "--json"])
    try running.wait(for: #""event":"summary""#)
    running.send(SIGINT)
    try running.wait(for: "once more to quit at once")
    running.send(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 130)
    #expect(try outcome.events("finished").isEmpty)
  }

  private func sha256(_ outcome: ConvoyBinary.Outcome) throws -> String {
    let finished = try #require(try outcome.events("finished").first)
    return try #require(finished["weightsSHA256"] as? String)
  }
}
