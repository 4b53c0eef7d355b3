import Foundation
import TestSupport
import Testing

@Suite("Presets and --explain")
struct PresetTests {
  /// The rows of `--explain`: option, value, and where it is from with why the default is so.
  private func rows(_ outcome: ConvoyBinary.Outcome) -> [String: (value: String, rest: String)] {
    var rows: [String: (value: String, rest: String)] = [:]
    for line in outcome.lines.dropFirst() {
      let cells = line.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
      if cells.count >= 3 { rows[cells[0]] = (cells[1], cells[2...].joined(separator: "|")) }
    }
    return rows
  }

  @Test("default < preset < file < flag, and each value says so")
  func precedence() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder)
    let file = folder.path(of: "run.yaml")
    try folder.write(
      file: "run.yaml", bytes: Array("preset: fast\nepochs: 7\nbatch-size: 4\nmodel: vgg6\n".utf8))
    let outcome = try ConvoyBinary.run(
      ["train", data, "--preset", "practical", "--config", file, "--batch-size", "8", "--explain"])
    #expect(outcome.status == 0 && outcome.error.isEmpty, "\(outcome.error)")
    let rows = rows(outcome)
    for (option, value, source) in [
      ("preset", "practical", "flag"), ("epochs", "7", file + ":2"), ("batch-size", "8", "flag"),
      ("model", "vgg6", file + ":4"), ("schedule", "constant", "preset practical"), ("seed", "0", "default"),
      ("size", "8", "chosen by the images"), ("data", data, "flag"), ("freeze", "-", "default"),
    ] {
      let row = try #require(rows[option], "\(option)")
      #expect(row.value == value, "\(option)")
      #expect(row.rest.hasPrefix(source + "|"), "\(option): \(row.rest)")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["data", "run.yaml"])
  }

  @Test("for machines: the configuration, and a row for each option")
  func json() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder)
    let outcome = try ConvoyBinary.run(["train", data, "--explain", "--json", "--preset", "fast"])
    let event = try #require(try outcome.events("configuration").first)
    let configuration = try #require(event["configuration"] as? [String: Any])
    #expect(configuration["preset"] as? String == "fast" && configuration["epochs"] as? Int == 10)
    let options = try #require(event["options"] as? [[String: Any]])
    #expect(options.allSatisfy { $0["option"] is String && $0["source"] is String && $0["why"] is String })
    #expect(Set(options.compactMap { $0["option"] as? String }).isSuperset(of: configuration.keys))
  }

  @Test(
    "what cannot be is one line",
    arguments: [
      (["--preset", "fats"], 64, "no preset fats; did you mean fast?"),
      (["--preset", "large-batch", "--momentum", "2"], 64, "momentum 2.0"),
      (["--preset", "large-batch", "--lr-scaling", "none"], 64, "preset large-batch sets it"),
    ])
  func wrong(options: [String], status: Int, text: String) throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder)
    let outcome = try ConvoyBinary.run(["train", data] + options)
    #expect(outcome.status == Int32(status))
    #expect(outcome.error.contains(text), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
  }

  @Test("a file's mistake in the name has its line")
  func unknownInAFile() throws {
    let folder = try TemporaryFolder()
    try folder.write(file: "run.yaml", bytes: Array("epochs: 2\npreset: pratical\n".utf8))
    let outcome = try ConvoyBinary.run(["train", "data", "--config", folder.path(of: "run.yaml")])
    #expect(outcome.status == 64)
    #expect(outcome.error.contains("run.yaml:2: preset: no preset pratical; did you mean practical?"))
  }
}
