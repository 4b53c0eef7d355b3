import Foundation
import TestSupport
import Testing

/// A disk that fills up while a checkpoint is saved: the run ends with the cause, and goes on once there is room.
@Suite("A full disk")
struct FullDiskTests {
  private static func sha256(_ outcome: ConvoyBinary.Outcome) throws -> String {
    let finished = try #require(try outcome.events("finished").first)
    return try #require(finished["weightsSHA256"] as? String)
  }

  /// A limit on the size of files stands for a full disk: it works wherever the test runs.
  @Test("a checkpoint that cannot be saved leaves the last one")
  func limit() throws {
    let model = try TrainedModel.shared.get()
    let folder = try TemporaryFolder()
    let run = folder.path(of: "run")
    let running = try ConvoyBinary.start(
      ["train", model.data, "--output", run, "--json"] + TrainedModel.arguments)
    try running.wait(for: #""event":"epoch""#)
    running.send(SIGINT)
    #expect(try running.wait().status == 130)
    let before = try FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints").sorted()
    let newest = run + "/checkpoints/" + (try #require(before.last))
    let best = try Data(contentsOf: URL(fileURLWithPath: run + "/best.safetensors"))

    let failed = try ConvoyBinary.runLimited(kibibytesPerFile: 64, ["train", "--resume", run, "--quiet"])
    #expect(failed.status == 74)
    #expect(failed.error.hasPrefix("convoy: error: \(run)/"))
    #expect(
      failed.error.hasSuffix(
        "cannot be written: File too large; what was saved before stays: \(newest)\n"), "\(failed.error)")
    #expect(failed.error.split(separator: "\n").count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints").sorted() == before)
    #expect(try Data(contentsOf: URL(fileURLWithPath: run + "/best.safetensors")) == best)

    let resumed = try ConvoyBinary.run(["train", "--resume", run, "--workers", "1", "--json"])
    #expect(resumed.status == 0)
    #expect(try Self.sha256(resumed) == Self.sha256(model.outcome))
  }

  /// Whether this process may have a small disk of its own (a tmpfs in a mount namespace).
  private static let hasSmallDisk: Bool = {
    let line = #"unshare -rm bash -c 'mount -t tmpfs -o size=1m none /mnt'"#
    return (try? ConvoyBinary.run(shell: line, []))?.status == 0
  }()

  @Test("a small disk fills up, and the run goes on when there is room", .enabled(if: hasSmallDisk))
  func smallDisk() throws {
    let model = try TrainedModel.shared.get()
    // Every checkpoint stays, until the 24 MiB are used up; then 12 of them are freed.
    let script = #"""
      convoy=$1 data=$2
      shift 2
      mount -t tmpfs -o size=24m none /mnt
      head -c 12M /dev/zero > /mnt/filler
      "$convoy" train "$data" --output /mnt/run "$@" --checkpoint-every 1step --keep-checkpoints 99 --quiet
      echo "status $?" >&2
      ls /mnt/run/checkpoints >&2
      rm /mnt/filler
      exec "$convoy" train --resume /mnt/run --keep-checkpoints 1 --json
      """#
    let outcome = try ConvoyBinary.run(
      shell: #"script=$1; shift; exec unshare -rm bash -c "$script" bash "$0" "$@""#,
      [script, model.data] + TrainedModel.arguments)
    let said = outcome.error.split(separator: "\n")
    #expect(
      said.first?.contains(
        /^convoy: error: \/mnt\/run\/.*: No space left on device; what was saved before stays: \/mnt\/run\/checkpoints\/step-[0-9]+\.safetensors$/
      )
        == true, "\(outcome.error)")
    #expect(said.dropFirst().first == "status 74")
    #expect(!outcome.error.contains(".partial"))
    #expect(outcome.status == 0)
    #expect(try Self.sha256(outcome) == Self.sha256(model.outcome))
  }
}
