import Foundation
import TestSupport
import Testing

/// `--stall-seconds`: the process ends though a thread of it cannot.
@Suite struct HangingRunTests {
  @Test("saving into a pipe that nobody reads ends with the folder's name and status 74")
  func saving() throws {
    let model = try TrainedModel.shared.get()
    let folder = try TemporaryFolder()
    let run = try folder.makeFolder("run")
    // The log is written under this name first; opening a pipe waits for its reader.
    #expect(mkfifo(run + "/log.csv.partial", 0o600) == 0)
    let outcome = try ConvoyBinary.run([
      "train", model.data, "--epochs", "2", "--batch-size", "8", "--output", run, "--stall-seconds", "1",
    ])
    #expect(outcome.status == 74)
    #expect(
      outcome.error.contains("convoy: error: \(run): saving hangs: no progress for 1 s (--stall-seconds)"))
    #expect(
      outcome.error.contains("; the last good checkpoint is \(run)/checkpoints/step-00000000.safetensors\n"))
  }

  @Test("a limit below 0 is refused") func badLimit() throws {
    let outcome = try ConvoyBinary.run(["train", "/nowhere", "--stall-seconds=-1"])
    #expect(outcome.status == 64)
    #expect(outcome.error.contains("stall-seconds -1: must be at least 0"))
  }
}
