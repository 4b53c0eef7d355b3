import Foundation
import TestSupport

/// A model that the binary trained once for all tests of this process.
struct TrainedModel: Sendable {
  /// The data set, with `train/` and `test/`.
  let data: String
  /// One image of it.
  let image: String
  /// The run folder.
  let run: String
  /// The model file.
  let best: String
  /// What the run said, as `--json`.
  let outcome: ConvoyBinary.Outcome
  /// Keeps the files.
  private let folder: TemporaryFolder

  static let arguments = [
    "--epochs", "6", "--batch-size", "8", "--lr", "0.05", "--workers", "2", "--shards", "2",
  ]

  static let shared = Result {
    let folder = try TemporaryFolder()
    let data = try TinyImages.makeSplits(in: folder, count: 16)
    let run = folder.path(of: "run")
    let outcome = try ConvoyBinary.run(["train", data, "--output", run, "--json"] + arguments)
    guard outcome.status == 0 else { throw Failure(outcome: outcome) }
    return TrainedModel(
      data: data, image: data + "/test/across/0.png", run: run, best: run + "/best.safetensors",
      outcome: outcome, folder: folder)
  }

  struct Failure: Error { let outcome: ConvoyBinary.Outcome }
}
