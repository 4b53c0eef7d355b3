import Foundation
import TestSupport
import Testing

@testable import convoy

@Suite("Schedules and what ends a run, on the command line")
struct ScheduleCommandTests {
  private let folder: TemporaryFolder
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try TinyImages.makeSplits(in: folder)
  }

  @Test("--plot-schedule prints the curve with numbers on its axes, and trains nothing")
  func plot() throws {
    let output = folder.path(of: "run")
    let outcome = try ConvoyBinary.run([
      "train", data, "--plot-schedule", "--epochs", "4", "--batch-size", "4", "--output", output, "--lr",
      "0.2",
      "--schedule", "{name: one-cycle, base-momentum: 0.85, max-momentum: 0.95}",
    ])
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    let lines = outcome.lines
    #expect(lines.first == "learning rate (one-cycle)" && lines.contains("momentum"))
    #expect(lines.contains { $0.hasPrefix(" 0.2 +") } && lines.contains { $0.hasPrefix("0.84 +") })
    #expect(lines.allSatisfy { $0.count <= 80 } && lines.contains { $0.hasSuffix("4") })
    #expect(lines.last?.hasPrefix("4 epochs of 4 steps: begins at 0.008, highest 0.1") == true)
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test("--plot-schedule --json has every step's rate")
  func json() throws {
    let arguments = ["train", data, "--plot-schedule", "--json", "--epochs", "3", "--batch-size", "8"]
    let outcome = try ConvoyBinary.run(arguments + ["--schedule", "{name: step, every: 1, gamma: 0.5}"])
    let points = try #require(outcome.events("schedule").first?["points"] as? [[String: Any]])
    #expect(points.map { $0["learningRate"] as? Double } == [0.1, 0.1, 0.05, 0.05, 0.025, 0.025])
  }

  @Test(
    "what cannot be used is said in one line",
    arguments: [
      (["--schedule", "cosin"], "cosin"), (["--schedule", "{name: step, evry: 2}"], "evry"),
      (["--schedule", "{name: step, every: 0}"], "schedule.every 0: must be at least 1"),
      (["--time", "soon"], "'soon' is no time; use a time such as 90s, 10m, 1h or 1h30m"),
      (["--target-accuracy", "93"], "target-accuracy 93.0: must be above 0, and at most 1; 93% is 0.93"),
      (["--early-stopping-metric", "loss"], "early-stopping-metric loss: needs early-stopping"),
      (["--lr-per", "day"], "day"), (["--time", "5m", "--plot-schedule"], "state epochs as well"),
    ])
  func mistakes(arguments: [String], message: String) throws {
    let outcome = try ConvoyBinary.run(["train", data] + arguments)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.error.contains(message), "\(outcome.error)")
  }

  @Test("the summary says what may end the run, and the last line what did")
  func ending() throws {
    let outcome = try ConvoyBinary.run([
      "train", data, "--epochs", "30", "--batch-size", "8", "--target-accuracy", "0.01", "--early-stopping",
      "5",
      "--output", folder.path(of: "run"),
    ])
    #expect(outcome.status == 0, "\(outcome.error)")
    let limits =
      "ends after 30 epochs, or at 1.0% validation accuracy, or after 5 epochs without a better validation accuracy"
    #expect(outcome.lines.contains { $0.split(separator: " ").joined(separator: " ") == limits })
    #expect(outcome.lines.last?.contains("(the target accuracy is reached)") == true)
    let record = try String(contentsOfFile: folder.path(of: "run/run.json"), encoding: .utf8)
    #expect(record.contains(#""end" : "target-accuracy""#) && record.contains(#""patience" : 5"#))
  }

  @Test("a time stands beside the number of epochs, and run.json has both")
  func time() throws {
    let outcome = try ConvoyBinary.run([
      "train", data, "--time", "1h30m", "--epochs", "1", "--batch-size", "8", "--json", "--output",
      folder.path(of: "run"),
    ])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try outcome.events("finished").first?["end"] as? String == "epochs")
    let limits = try outcome.events("summary").first?["limits"] as? [String: Any]
    #expect(limits?["seconds"] as? Int == 5400 && limits?["epochs"] as? Int == 1)
    let record = try String(contentsOfFile: folder.path(of: "run/run.json"), encoding: .utf8)
    #expect(record.contains(#""time" : "1h30m""#))
  }
}
