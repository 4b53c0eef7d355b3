import Foundation
import TestSupport
import Testing

@testable import Training

/// What is saved on the way, what of it stays, and that a run goes on from any of it.
@Suite struct CheckpointTests {
  /// A whole run of 8 steps with a checkpoint after each, and the data that it learned.
  private struct WholeRun {
    let data: TinyData
    let result: RunResult

    init(keeping count: Int = 100, every interval: CheckpointInterval = .steps(1)) throws {
      data = try TinyData()
      var configuration = data.configuration()
      configuration.checkpointEvery = interval
      configuration.keepCheckpoints = count
      result = try data.train(configuration)
    }

    var checkpoints: CheckpointFolder { RunFolder(path: result.output).checkpoints }
  }

  private static func resume(_ folder: String, _ observer: Recorder = Recorder(), workers: Int = 2) throws
    -> RunResult
  {
    var configuration = RunConfiguration()
    configuration.resume = folder
    configuration.workers = workers
    configuration.loaderThreads = workers + 1
    return try TrainingRun(configuration: configuration, observer: observer).run()
  }

  @Test func anyCheckpointLeadsToTheSameWeights() throws {
    let run = try WholeRun()
    let entries = run.checkpoints.entries()
    #expect(entries.map(\.step) == [8, 7, 6, 5, 4, 3, 2, 1, 0])
    // From the last to the first: what a kill right after each would leave.
    for entry in entries {
      let result = try Self.resume(run.result.output, workers: 1 + entry.step % 3)
      #expect(result.weightsSHA256 == run.result.weightsSHA256, "from step \(entry.step)")
      #expect(result.last?.trainingLoss == run.result.last?.trainingLoss)
      #expect(result.best?.validation == run.result.best?.validation)
      for later in run.checkpoints.entries() where later.step >= entry.step {
        try FileManager.default.removeItem(atPath: later.path)
      }
    }
  }

  @Test(arguments: [1, 3])
  func theLastOnesAreKept(count: Int) throws {
    let run = try WholeRun(keeping: count)
    #expect(run.checkpoints.entries().map(\.step) == Array((0...8).reversed().prefix(count)))
  }

  @Test(arguments: [
    (CheckpointInterval.epochs(1), [0, 4, 8]), (.epochs(2), [0, 8]), (.steps(3), [0, 3, 6, 8]),
    (.seconds(3600), [0, 8]),
  ])
  func theIntervalIsKept(interval: CheckpointInterval, steps: [Int]) throws {
    let run = try WholeRun(every: interval)
    #expect(run.checkpoints.entries().map(\.step) == steps.reversed())
  }

  @Test(arguments: ["cut", "flipped", "foreign", "empty"])
  func aDamagedNewestOneFallsBackToTheOneBefore(damage: String) throws {
    let run = try WholeRun(keeping: 3)
    let entries = run.checkpoints.entries()
    try Self.damage(entries[0].path, damage)
    let recorder = Recorder()
    let result = try Self.resume(run.result.output, recorder)
    #expect(result.weightsSHA256 == run.result.weightsSHA256)
    guard case .damagedCheckpoint(let file, let instead)? = recorder.warnings.first else {
      Issue.record("\(recorder.warnings)")
      return
    }
    #expect(file.path == entries[0].path && instead == entries[1].path && !file.reason.isEmpty)
    // The run saved a good one in its place, and the next resume has nothing to complain of.
    let again = Recorder()
    #expect(try Self.resume(run.result.output, again).weightsSHA256 == run.result.weightsSHA256)
    #expect(again.warnings.isEmpty)
  }

  @Test func whereAllAreDamagedEachIsNamed() throws {
    let run = try WholeRun(keeping: 2)
    let entries = run.checkpoints.entries()
    for entry in entries { try Self.damage(entry.path, "cut") }
    let error = #expect(throws: TrainingError.self) { try Self.resume(run.result.output) }
    let text = "\(try #require(error))"
    #expect(entries.allSatisfy { text.contains($0.path) })
    #expect(text.contains("truncated"))
  }

  @Test func laterDamagedOnesGoOnceANewOneIsSafe() throws {
    let run = try WholeRun()
    for entry in run.checkpoints.entries() where entry.step > 2 { try Self.damage(entry.path, "cut") }
    let recorder = Recorder(stopAt: RunPosition(epoch: 0, step: 3))
    var configuration = RunConfiguration()
    configuration.resume = run.result.output
    let resumed = try TrainingRun(configuration: configuration, observer: recorder)
    recorder.stop = { resumed.requestStop() }
    #expect(try resumed.run().position == RunPosition(epoch: 0, step: 3))
    #expect(recorder.warnings.count == 6)
    #expect(run.checkpoints.entries().map(\.step) == [3, 2, 1, 0])
  }

  @Test func leftoversOfAKilledRunAreRemoved() throws {
    let run = try WholeRun(keeping: 2)
    let left = ["checkpoints/step-00000009.safetensors.partial", "best.safetensors.partial"]
    for name in left { try run.data.folder.write(file: "runs/run/" + name, text: "half") }
    try run.data.folder.write(file: "runs/run/notes.partial", text: "not Convoy's")
    _ = try Self.resume(run.result.output)
    for name in left { #expect(!FileManager.default.fileExists(atPath: run.result.output + "/" + name)) }
    #expect(FileManager.default.fileExists(atPath: run.result.output + "/notes.partial"))
  }

  @Test func aRunBelongsToOneProcess() throws {
    let run = try WholeRun(keeping: 2)
    let lock = try RunLock(folder: run.result.output)
    let error = TrainingError.cannotCreate(
      path: run.result.output, reason: "another process is writing this run")
    #expect(throws: error) { try Self.resume(run.result.output) }
    withExtendedLifetime(lock) {}
  }

  @Test func aFormOfAnotherVersionIsNotTakenForDamage() throws {
    let run = try WholeRun(keeping: 2)
    let entry = try #require(run.checkpoints.entries().first)
    var checkpoint = try Checkpoint(readingFrom: entry.path)
    checkpoint.facts.format = 99
    try checkpoint.save(to: entry.path)
    let error = #expect(throws: TrainingError.self) { try Self.resume(run.result.output) }
    #expect("\(try #require(error))".contains("the checkpoint's form has version 99"))
  }

  private static func damage(_ path: String, _ kind: String) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    switch kind {
    case "cut": bytes.removeLast(100)
    case "flipped": bytes[bytes.count - 50] ^= 1
    case "foreign": bytes = Data("not a checkpoint at all".utf8)
    default: bytes = Data()
    }
    try bytes.write(to: URL(fileURLWithPath: path))
  }
}
