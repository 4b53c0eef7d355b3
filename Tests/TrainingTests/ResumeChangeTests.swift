import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// A run that is resumed with something else than it began with says what, and goes on only with leave.
@Suite struct ResumeChangeTests {
  private let data: TinyData
  private let run: String

  /// A run stopped in the middle of its second epoch.
  init() throws {
    data = try TinyData()
    let configuration = data.configuration()
    _ = try data.train(configuration, Recorder(stopAt: RunPosition(epoch: 1, step: 2)))
    run = try #require(configuration.output)
  }

  private func resume(
    _ network: Network? = nil, _ recorder: Recorder = Recorder(),
    _ change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> RunResult {
    var configuration = RunConfiguration()
    configuration.resume = run
    change(&configuration)
    return try TrainingRun(configuration: configuration, network: network, observer: recorder).run()
  }

  private func refusal(
    _ network: Network? = nil, _ change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> String {
    "\(try #require(#expect(throws: TrainingError.self) { try resume(network, Recorder(), change) }))"
  }

  @Test func namesTheFilesThatChanged() throws {
    let train = data.path + "/train/"
    try FileManager.default.removeItem(atPath: train + "class0/0.png")
    for index in 20..<25 {
      try FileManager.default.copyItem(atPath: train + "class1/1.png", toPath: train + "class1/\(index).png")
    }
    // As long as before: only its content tells.
    var bytes = try Data(contentsOf: URL(fileURLWithPath: data.path + "/test/class2/0.png"))
    bytes[bytes.count - 20] ^= 1
    try bytes.write(to: URL(fileURLWithPath: data.path + "/test/class2/0.png"))
    #expect(
      try refusal()
        == "\(run): cannot go on as it began: training images: 5 files were added (class1/20.png, "
        + "class1/21.png, class1/22.png and 2 more), 1 file was removed (class0/0.png); test images: 1 file was "
        + "changed (class2/0.png); --allow-change goes on all the same, to another result")
  }

  @Test func withoutItsListOfFilesItStillSees() throws {
    try FileManager.default.removeItem(atPath: run + "/files.tsv")
    try FileManager.default.removeItem(atPath: data.path + "/train/class0/0.png")
    #expect(try refusal().contains("training images: files were added, removed or changed; --allow-change"))
  }

  @Test func goesOnWithLeave() throws {
    try FileManager.default.removeItem(atPath: data.path + "/train/class0/0.png")
    let recorder = Recorder()
    let result = try resume(nil, recorder) {
      $0.allowChange = true
      $0.epochs = 3
      $0.workers = 1
    }
    #expect(result.outcome == .completed && result.position == RunPosition(epoch: 3, step: 0))
    let changes = ["epochs: was 2, is 3", "training images: 1 file was removed (class0/0.png)"]
    #expect(recorder.warnings == [.changed(changes, epochBegunAnew: 2)])
    #expect(result.last?.trainingImages == 26)
    // Its record says so for good, and the images are now those that it knows.
    let record = try String(contentsOfFile: run + "/run.json", encoding: .utf8)
    #expect(changes.allSatisfy { record.contains("\"\($0)\"") })
    let again = Recorder()
    #expect(try resume(nil, again) { $0.workers = 1 }.weightsSHA256 == result.weightsSHA256)
    #expect(again.warnings.isEmpty)
  }

  @Test func aChangeOfTheRateLeavesTheOrder() throws {
    let recorder = Recorder()
    let result = try resume(nil, recorder) {
      $0.allowChange = true
      $0.learningRate = 0.01
      $0.workers = 1
    }
    #expect(recorder.warnings == [.changed(["lr: was 0.1, is 0.01"], epochBegunAnew: nil)])
    #expect(result.last?.trainingImages == 27)
  }

  @Test func otherClassesOrLayersNeedANewRun() throws {
    let other = Network(input: .image(channels: 1, height: 8, width: 8)) {
      Flatten(); Dense(3)
    }
    #expect(try refusal(other) { $0.allowChange = true }.contains("network: has other layers than it had"))
    try data.folder.makeFolder("train/class3")
    try FileManager.default.copyItem(
      atPath: data.path + "/train/class1/1.png", toPath: data.path + "/train/class3/1.png")
    let text = try refusal { $0.allowChange = true }
    #expect(text.contains("classes: were class0, class1, class2, are class0, class1, class2, class3"))
    #expect(text.hasSuffix("; start a new run"))
  }

  @Test func theSameNetworkMayBeHandedInAgain() throws {
    #expect(try resume(TinyData.network()).outcome == .completed)
  }

  @Test func otherKernelsAreNamed() throws {
    for entry in RunFolder(path: run).checkpoints.entries() {
      var checkpoint = try Checkpoint(readingFrom: entry.path)
      checkpoint.facts.arithmetic.instructions = "sve"
      checkpoint.facts.arithmetic.convoy = "0.0.9"
      try checkpoint.save(to: entry.path)
    }
    let text = try refusal()
    #expect(text.contains("instructions: was sve, is "))
    #expect(text.contains("Convoy's version: was 0.0.9, is \(ConvoyVersion.current)"))
    #expect(try resume { $0.allowChange = true }.outcome == .completed)
  }

  @Test func aFolderThatMovedIsTheSame() throws {
    let moved = data.folder.path(of: "moved")
    try FileManager.default.createDirectory(atPath: moved, withIntermediateDirectories: true)
    for split in ["train", "test"] {
      try FileManager.default.moveItem(atPath: data.path + "/" + split, toPath: moved + "/" + split)
    }
    // The old place is still there, and holds the run.
    #expect(throws: (any Error).self) { try resume() }
    let whole = try TinyData()
    let expected = try whole.train(whole.configuration())
    #expect(try resume { $0.data = moved }.weightsSHA256 == expected.weightsSHA256)
  }

  @Test func aMissingFolderIsAskedFor() throws {
    var configuration = RunConfiguration()
    configuration.resume = run
    try FileManager.default.moveItem(atPath: run, toPath: run + "-kept")
    let kept = try TemporaryFolder()
    try FileManager.default.moveItem(atPath: run + "-kept", toPath: kept.path(of: "run"))
    try FileManager.default.removeItem(atPath: data.path)
    configuration.resume = kept.path(of: "run")
    let error = #expect(throws: TrainingError.self) {
      try TrainingRun(configuration: configuration, observer: Recorder()).run()
    }
    #expect(
      "\(try #require(error))"
        == "\(data.path): no such folder; where the images are elsewhere now, say so: "
        + "convoy train FOLDER --resume \(kept.path(of: "run"))")
  }
}
