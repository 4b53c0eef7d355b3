import Foundation
import TestSupport
import Testing

@Suite("Profile")
struct ProfileTests {
  private static let quick = ["--trials", "2", "--seconds", "0.2", "--model", "vgg6", "--batch-size", "8"]

  @Test("tables, and one sentence at the end")
  func text() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder)
    let outcome = try ConvoyBinary.run(["profile", data, "--workers", "1,2"] + Self.quick)
    #expect(outcome.status == 0, "\(outcome.error)")
    for text in ["images a second:", "all-reduce", "PROJECTION, not measured", "serial share"] {
      #expect(outcome.output.contains(text), "\(text)")
    }
    #expect(outcome.lines.last?.contains("set --workers ") == true)
  }

  @Test("one JSON object; each worker's shares sum to 1")
  func json() throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder)
    let outcome = try ConvoyBinary.run(["profile", data, "--workers", "2", "--json"] + Self.quick)
    #expect(outcome.status == 0, "\(outcome.error)")
    let profile = try #require(try outcome.events("profile").first)
    let point = try #require((profile["points"] as? [[String: Any]])?.first)
    let splits = try #require(point["workerSplits"] as? [[String: Double]])
    #expect(splits.count == 2)
    for split in splits { #expect(abs(split.values.reduce(0, +) - 1) < 1e-6) }
    let memory = try #require(point["memory"] as? [String: Any])
    #expect(memory["measured"] as? Int ?? 0 > 0 && memory["predicted"] as? Int ?? 0 > 0)
  }

  @Test(
    "what cannot be profiled is one line",
    arguments: [
      (["--workers", "0"], 64, "expected numbers from 1"), (["--workers", "1,x"], 64, "expected numbers"),
      (["--trials", "0"], 64, "--trials is 0"), (["--seconds", "0"], 64, "--seconds is 0"),
      (["--model", "nothing"], 64, "no such model"), (["--network-bandwidth", "0"], 64, "must be above 0"),
    ])
  func wrong(options: [String], status: Int, text: String) throws {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder)
    let outcome = try ConvoyBinary.run(["profile", data] + options)
    #expect(outcome.status == Int32(status))
    #expect(outcome.error.contains(text), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
  }

  @Test("a folder that is not there")
  func missing() throws {
    let outcome = try ConvoyBinary.run(["profile", "/nowhere/at/all", "--workers", "1"])
    #expect(outcome.status == 66)
    #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
  }
}
