import Datasets
import Foundation
import Testing

@testable import Training

@Suite struct HeldOutRunTests {
  @Test func putsImagesAsideAndRecordsThem() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 1)
    configuration.validationSplit = 0.25
    let recorder = Recorder()
    let result = try data.train(configuration, recorder)
    guard case .started(let summary) = recorder.events.first else {
      Issue.record("a run begins with its summary")
      return
    }
    // Nine images of a class; the test split stays for the end.
    #expect(summary.data.trainingImages == 21 && summary.data.validationImages == 6)
    #expect(summary.data.validationSplit == "validation")
    #expect(summary.data.aside == "0.25 of the training images")
    #expect(result.last?.validation?.count == 6)

    let folder = RunFolder(path: result.output)
    let list = try String(contentsOfFile: folder.files, encoding: .utf8)
    let rows = list.split(separator: "\n").dropFirst().map { $0.split(separator: "\t", maxSplits: 1)[0] }
    #expect(rows.filter { $0 == "training" }.count == 21 && rows.filter { $0 == "validation" }.count == 6)
    let record = try String(contentsOfFile: folder.record, encoding: .utf8)
    #expect(record.contains("\"validation-split\" : 0.25"))
    let facts = try folder.newestCheckpoint().checkpoint.facts
    #expect(facts.fingerprints.keys.sorted() == ["training", "validation"])
  }

  @Test func anotherSeedIsJudgedByTheSameImagesAndAnotherFoldByOthers() throws {
    let data = try TinyData()
    func validation(seed: UInt64, fold: String) throws -> [String] {
      var configuration = data.configuration()
      configuration.seed = seed
      configuration.fold = Fold(fold)
      return try RunData(configuration).validation?.samples.map(\.relativePath) ?? []
    }
    let first = try validation(seed: 0, fold: "1/3")
    let other = try validation(seed: 7, fold: "1/3")
    #expect(first.count == 9 && other == first)
    #expect(try Set(first).isDisjoint(with: validation(seed: 0, fold: "2/3")))
  }

  @Test func resumesOnlyWithTheSameImagesAside() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 2)
    configuration.fold = Fold("1/3")
    let whole = try data.train(configuration)
    configuration.output = data.folder.path(of: "runs/stopped")
    _ = try data.train(configuration, Recorder(stopAt: RunPosition(epoch: 0, step: 1)))
    var other = RunConfiguration()
    other.resume = configuration.output
    other.fold = Fold("2/3")
    let error = #expect(throws: TrainingError.self) { try data.train(other) }
    #expect("\(try #require(error))".contains("fold: was \"1/3\", is \"2/3\""))
    other.fold = nil
    #expect(try data.train(other).weightsSHA256 == whole.weightsSHA256)
  }

  @Test func refusesWhatExcludesEachOther() throws {
    let data = try TinyData()
    var configuration = data.configuration()
    configuration.validationSplit = 0.1
    configuration.fold = Fold("1/3")
    let error = #expect(throws: TrainingError.self) { try configuration.validate() }
    #expect("\(try #require(error))" == "validation-split 0.1: excludes fold 1/3; give one of them")
    configuration.fold = nil
    for share in [0, 1, -0.5, .nan] {
      configuration.validationSplit = share
      #expect(throws: TrainingError.self) { try configuration.validate() }
    }
    configuration.validationSplit = 0.1
    try FileManager.default.moveItem(atPath: data.path + "/test", toPath: data.path + "/val")
    #expect(
      throws: DatasetError.validationExists(
        path: data.path + "/val", option: "validation-split", training: data.path + "/train")
    ) { try RunData(configuration) }
  }
}
