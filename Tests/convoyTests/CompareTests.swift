import Foundation
import TestSupport
import Testing

@Suite("convoy diff and convoy verify, with the binary")
struct CompareTests {
  @Test("a run is equal to itself trained again, and differs from one with another rate, which is named")
  func diff() throws {
    let model = try TrainedModel.shared.get()
    let folder = try TemporaryFolder()
    func train(_ name: String, _ more: [String]) throws -> String {
      let run = folder.path(of: name)
      let outcome = try ConvoyBinary.run(
        ["train", model.data, "--output", run, "--quiet"] + TrainedModel.arguments + more)
      #expect(outcome.status == 0)
      return run
    }
    let again = try train("again", ["--loader-threads", "1"])
    let equal = try ConvoyBinary.run(["diff", model.run, again])
    #expect(equal.status == 0 && equal.error.isEmpty)
    #expect(equal.lines.count == 1 && equal.lines[0].hasPrefix("equal: 24 steps, sha-256 "))

    let other = try train("other", ["--weight-decay", "0.1"])
    let text = try ConvoyBinary.run(["diff", model.run, other])
    #expect(text.status == 1 && text.error.isEmpty)
    #expect(text.output.contains("\nweight-decay  0.0005  0.1\n"))
    #expect(text.lines.last?.hasPrefix("different: step 1 of epoch 1, first in ") == true)
    let json = try ConvoyBinary.run(["diff", model.run, other, "--json", "--quiet"])
    let event = try #require(try json.events("diff").first)
    #expect(json.status == 1 && event["outcome"] as? String == "different")
    let missing = try ConvoyBinary.run(["diff", model.run, folder.path(of: "nowhere")])
    #expect(missing.status == 66)
    #expect(missing.error == "convoy: error: \(folder.path(of: "nowhere")): no such run folder\n")
  }

  @Test("verify finds all numbers of workers equal", arguments: ["fp32", "bf16"])
  func verify(precision: String) throws {
    let model = try TrainedModel.shared.get()
    let outcome = try ConvoyBinary.run([
      "verify", model.data, "--workers", "1,2,5", "--steps", "3", "--batch-size", "8", "--shards", "4",
      "--precision", precision, "--json",
    ])
    #expect(outcome.status == 0)
    let event = try #require(try outcome.events("verification").first)
    #expect(event["equal"] as? Bool == true)
    #expect((event["trials"] as? [[String: Any]])?.compactMap { $0["workers"] as? Int } == [1, 2, 5])
  }

  @Test(
    "wrong usage of verify",
    arguments: [
      (["--workers", "1"], "workers 1: must be two counts or more, each at least 1"),
      (["--steps", "0"], "steps 0: must be at least 1"),
    ])
  func usage(arguments: [String], message: String) throws {
    let outcome = try ConvoyBinary.run(["verify", "data"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.error == "convoy: error: \(message)\n")
  }
}
