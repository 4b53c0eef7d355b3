import Foundation
import TestSupport
import Testing

@Suite("Searching for options, with the binary")
struct TuneTests {
  private static let small = [
    "--batch-size", "8", "--workers", "1", "--shards", "1", "--loader-threads", "1",
  ]

  /// A small network, so that trials are quick in debug builds.
  private func network(_ folder: TemporaryFolder) throws -> String {
    try folder.write(
      file: "net.yaml", text: "{input: {channels: 1, height: 8, width: 8}, layers: [flatten, {dense: 2}]}")
  }

  @Test("a search ranks its trials, writes its files, and train --config repeats the best one")
  func search() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder, count: 16)
    let space = try folder.write(
      file: "space.yaml", text: "lr: [0.001, 0.1]\nschedule: [constant]\nepochs: 2\n")
    let output = folder.path(of: "search")
    let arguments =
      [
        "tune", data, "--space", space, "--strategy", "grid", "--output", output, "--model",
        try network(folder),
      ]
      + Self.small
    let outcome = try ConvoyBinary.run(arguments + ["--json"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("no validation split: 20% of the training images"))
    #expect(outcome.error.contains("rank  trial  accuracy"))
    #expect(!outcome.error.contains("Optional"))
    let finished = try #require(try outcome.events("finished").first)
    let ranking = try #require(finished["ranking"] as? [[String: Any]])
    #expect(ranking.map { $0["rank"] as? Int } == [1, 2] && finished["ending"] as? String == "completed")
    let best = try #require(finished["best"] as? [String: Any])
    for name in ["trials.csv", "trials.jsonl", "search.jsonl", "best.yaml", "trials/0001", "trials/0002"] {
      #expect(FileManager.default.fileExists(atPath: output + "/" + name), "\(name)")
    }

    let trained = try ConvoyBinary.run([
      "train", "--config", output + "/best.yaml", "--output", folder.path(of: "run"), "--json", "--quiet",
    ])
    #expect(trained.status == 0, "\(trained.error)")
    let result = try #require(try trained.events("finished").first)
    let trial = try #require(best["folder"] as? String)
    let record = try String(contentsOfFile: trial + "/run.json", encoding: .utf8)
    #expect(record.contains(try #require(result["weightsSHA256"] as? String)))

    // The same again has nothing left to do; a changed search needs another folder.
    let again = try ConvoyBinary.run(arguments + ["--quiet"])
    #expect(again.status == 0 && again.lines.count == 1 && again.lines[0].hasPrefix("done: 2 trials"))
    let other = try ConvoyBinary.run(arguments + ["--seed", "1"])
    #expect(other.status == 73 && other.error.contains("seed was 0, is 1; choose another --output"))
  }

  @Test("Ctrl-C stops a search, and --resume ends with the same ranking")
  func interruption() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder, count: 16)
    let space = try folder.write(file: "space.yaml", text: "lr: {log-uniform: [1e-4, 0.5]}\nepochs: 4\n")
    let model = try network(folder)
    func arguments(_ output: String) -> [String] {
      [
        "tune", data, "--space", space, "--strategy", "halving", "--trials", "4", "--eta", "2", "--folds",
        "2",
      ]
        + ["--output", output, "--model", model, "--json"] + Self.small
    }
    let whole = try ConvoyBinary.run(arguments(folder.path(of: "whole")))
    #expect(whole.status == 0, "\(whole.error)")
    let path = folder.path(of: "stopped")
    let running = try ConvoyBinary.start(arguments(path))
    try running.wait(for: #""event":"began","of":4,"rung":0,"trial":3"#)
    running.send(SIGINT)
    let stopped = try running.wait()
    #expect(stopped.status == 130 && stopped.error.contains("go on with: convoy tune --resume \(path)"))
    let resumed = try ConvoyBinary.run(["tune", "--resume", path, "--json"])
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(try ranking(resumed) == ranking(whole))
    #expect(try ranking(whole).count == 4)
  }

  /// Rank, trial, scores and values, without times and folders.
  private func ranking(_ outcome: ConvoyBinary.Outcome) throws -> [String] {
    let rows = try #require(try outcome.events("finished").first?["ranking"] as? [[String: Any]])
    return try rows.map { row in
      let kept = row.filter { !["seconds", "folder"].contains($0.key) }
      return String(
        decoding: try JSONSerialization.data(withJSONObject: kept, options: .sortedKeys), as: UTF8.self)
    }
  }

  @Test(
    "what cannot be searched is one line with its place",
    arguments: [
      ("", [], 64, "nothing to search"),
      ("lr: {log-uniform: [1, 0.1]}", [], 64, "space.yaml:1: lr: the range is upside down"),
      ("epochs: 2\nlearnrate: [1, 2]", [], 64, "space.yaml:2: unknown option learnrate"),
      ("optimizer: [sgd, lamb]\nmomentum: [0.5, 0.9]", [], 64, "space.yaml:2: momentum 0.5: lamb has none"),
      (
        "lr: {log-uniform: [0.1, 1]}", ["--strategy", "grid"], 64,
        "space.yaml:1: lr: a grid needs single values"
      ),
      ("lr: [0.1, 0.2]", ["--folds", "17"], 65, "class \"across\" has 16 images, fewer than the 17 folds"),
      ("lr: [0.1, 0.2]", ["--folds", "1"], 64, "folds 1: must be at least 2"),
      ("lr: [0.1, 0.2]", ["--fold", "1/2"], 64, "say --folds 2"),
      ("lr: [0.1, 0.2]", ["--budget", "soon"], 64, "is no time"),
      ("lr: [0.1, 0.2]", ["--resume", "x"], 64, "leave out the folder of images"),
    ] as [(String, [String], Int32, String)])
  func badInput(text: String, options: [String], status: Int32, part: String) throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder, count: 16)
    let space = try folder.write(file: "space.yaml", text: text)
    let outcome = try ConvoyBinary.run(
      ["tune", data, "--space", space, "--output", folder.path(of: "search")] + options)
    #expect(outcome.status == status, "\(outcome.error)")
    #expect(outcome.error.contains(part), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path(of: "search")))
  }

  @Test("a folder without a search, and a space that is not there")
  func missing() throws {
    let folder = try TemporaryFolder()
    let none = try ConvoyBinary.run(["tune", "--resume", folder.path])
    #expect(none.status == 66 && none.error.contains("no search in it"))
    let data = try TinyImages.makeSplits(in: folder)
    let space = try ConvoyBinary.run(["tune", data, "--space", folder.path(of: "space.yaml")])
    #expect(space.status == 66 && space.error.contains("no such file of a search space"))
  }
}
