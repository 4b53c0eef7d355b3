import Foundation
import Interchange
import TestSupport
import Testing

@testable import Training

@Suite struct TrainingRunTests {
  @Test func writesARunFolderAndTellsHowItGoes() throws {
    let data = try TinyData()
    let recorder = Recorder()
    var configuration = data.configuration(epochs: 3)
    configuration.schedule = .constant(Constant())
    configuration.augment = .none
    let result = try data.train(configuration, recorder)

    guard case .started(let summary) = recorder.events.first, case .finished(let last) = recorder.events.last
    else {
      Issue.record("a run begins with its summary and ends with its result")
      return
    }
    #expect(last == result)
    #expect(summary.data.trainingImages == 27 && summary.data.validationImages == 9)
    #expect(summary.data.classes == ["class0", "class1", "class2"])
    #expect(summary.data.validationSplit == "test")
    #expect(summary.data.smallest == InputSize(8) && summary.data.fileChannels == [1])
    #expect(summary.stepsPerEpoch == 4 && summary.shards == 3 && summary.memory.total > 0)
    #expect(!summary.kernels.isEmpty)

    let steps = recorder.events.compactMap { if case .progress(let step) = $0 { step } else { nil } }
    #expect(steps.map(\.step) == [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4])
    let reports = recorder.events.compactMap {
      if case .epochFinished(let report) = $0 { report } else { nil }
    }
    #expect(reports.map(\.epoch) == [1, 2, 3])
    #expect(reports.allSatisfy { $0.trainingImages == 27 && $0.validation?.count == 9 })
    #expect(reports[2].trainingLoss < reports[0].trainingLoss)
    #expect(result.position == RunPosition(epoch: 3, step: 0))

    let folder = RunFolder(path: result.output)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(
      files == [
        "best.safetensors", "checkpoints", "files.tsv", "last.safetensors", "log.csv", "run.json",
        "steps.csv",
      ])
    let log = try String(contentsOfFile: folder.log, encoding: .utf8).split(separator: "\n")
    #expect(log.count == 4)
    #expect(log[1].split(separator: ",", omittingEmptySubsequences: false).count == 13)
    let state = try ModelFile.load(folder.last).state
    #expect(WeightsDigest.sha256(of: state) == result.weightsSHA256)
    let record = try String(contentsOfFile: folder.record, encoding: .utf8)
    #expect(record.contains(result.weightsSHA256) && record.contains("\"oneDNN\""))
  }

  @Test func namesAndCountsBadImages() throws {
    let data = try TinyData()
    try data.folder.write(file: "train/class1/bad.png", text: "not a picture")
    try data.folder.write(file: "test/class2/bad.png", text: "not a picture")
    let recorder = Recorder()
    let result = try data.train(data.configuration(), recorder)
    #expect(result.badImages == 2)
    #expect(result.last?.trainingImages == 27)
    #expect(result.last?.validation?.count == 9)
    let named = recorder.warnings.compactMap { if case .badImage(let path, _) = $0 { path } else { nil } }
    #expect(named.count == 2 && named.allSatisfy { $0.hasSuffix("/bad.png") })
  }

  @Test func aBadImageCanEndTheRun() throws {
    let data = try TinyData()
    try data.folder.write(file: "train/class1/bad.png", text: "not a picture")
    var configuration = data.configuration()
    configuration.onBadImage = .fail
    let error = #expect(throws: (any Error).self) { try data.train(configuration) }
    #expect("\(try #require(error))".contains("bad.png"))
  }

  @Test func aDivergingRunStopsAndKeepsItsCheckpoint() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 4)
    configuration.learningRate = 1e20
    configuration.schedule = .constant(Constant())
    let error = #expect(throws: TrainingError.self) { try data.train(configuration) }
    guard case .diverged(let divergence) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect((1...4).contains(divergence.epoch) && (1...4).contains(divergence.step))
    #expect(divergence.learningRate == 1e20 && divergence.checkpoint != nil)
    let names = try TinyData.network().parameters().map(\.name)
    #expect(names.contains(try #require(divergence.source).parameter))
    let record = try String(
      contentsOfFile: RunFolder(path: configuration.output ?? "").record, encoding: .utf8)
    #expect(record.contains("\"divergence\""))
  }

  @Test func runsWithoutValidation() throws {
    let data = try TinyData(withTest: false)
    let recorder = Recorder()
    let result = try data.train(data.configuration(), recorder)
    #expect(result.best?.validation == nil && result.bestModel != nil)
    #expect(recorder.warnings.contains(.noValidation))
  }

  @Test func doesNotWriteOverARun() throws {
    let data = try TinyData()
    let configuration = data.configuration(epochs: 1)
    _ = try data.train(configuration)
    let error = #expect(throws: TrainingError.self) { try data.train(configuration) }
    #expect("\(try #require(error))".contains("already holds a run"))
  }

  @Test func namesAnOutputThatCannotBeMade() throws {
    let data = try TinyData()
    let file = try data.folder.write(file: "file", text: "")
    var configuration = data.configuration()
    configuration.output = file + "/run"
    let error = TrainingError.cannotCreate(path: file + "/run", reason: "Not a directory")
    #expect(throws: error) { try data.train(configuration) }
  }

  @Test func namesWhatCannotBeResumed() throws {
    let folder = try TemporaryFolder()
    var configuration = RunConfiguration()
    configuration.resume = folder.path
    #expect(throws: TrainingError.noCheckpoint(folder: folder.path)) {
      try TrainingRun(configuration: configuration, observer: Recorder()).run()
    }
    configuration.resume = folder.path(of: "nothing")
    #expect(throws: TrainingError.missing(path: folder.path(of: "nothing"), what: "run folder")) {
      try TrainingRun(configuration: configuration, observer: Recorder()).run()
    }
  }

  @Test(arguments: [("resnte18", "resnet18"), ("nothing.yaml", "no such network file")])
  func namesAModelThatIsNotThere(model: String, expected: String) throws {
    let data = try TinyData()
    var configuration = data.configuration()
    configuration.model = model
    let error = #expect(throws: TrainingError.self) {
      try TrainingRun(configuration: configuration, observer: Recorder()).run()
    }
    #expect("\(try #require(error))".contains(expected))
  }

  @Test func trainsANetworkFile() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 1)
    configuration.model = try data.folder.write(
      file: "net.json", text: MetadataJSON.text(TinyData.network()))
    let result = try TrainingRun(configuration: configuration, observer: Recorder()).run()
    #expect(try ModelFile.load(try #require(result.lastModel)).network == TinyData.network())
  }
}
