import Datasets
import Foundation
import ImageCodecs
import Pixels
import TestSupport
import Testing
import Training

@testable import Tuning

@Suite struct RunTrainerTests {
  /// Dark and bright pictures of 8x8 pixels, twelve of each.
  private func data(_ folder: TemporaryFolder) throws -> RunConfiguration {
    for label in 0..<2 {
      for index in 0..<12 {
        var pixels = PixelBuffer(width: 8, height: 8, channels: 1)
        for i in pixels.bytes.indices {
          pixels.bytes[i] = UInt8(40 + 120 * label + (i * 7 + index * 13) % 60)
        }
        try folder.write(
          file: "data/class\(label)/\(index).png", bytes: try ImageCodec.encodePNG(pixels))
      }
    }
    let network = try folder.write(
      file: "net.yaml", text: "{input: {channels: 1, height: 8, width: 8}, layers: [flatten, {dense: 2}]}")
    var configuration = RunConfiguration(data: folder.path(of: "data"))
    configuration.model = network
    configuration.epochs = 3
    configuration.batchSize = 8
    configuration.shards = 1
    configuration.workers = 1
    configuration.loaderThreads = 1
    return configuration
  }

  private struct Nobody: RunObserver {
    func receive(_ event: RunEvent) {}
  }

  private func task(_ configuration: RunConfiguration, folds: Int? = nil, epochs: Int? = nil) -> TrialTask {
    TrialTask(
      number: 1, options: [], configuration: configuration, folds: folds, epochs: epochs, deadline: nil)
  }

  private func sha(_ folder: String) throws -> String {
    let text = try String(contentsOfFile: folder + "/run.json", encoding: .utf8)
    return try String(#require(text.firstMatch(of: /"weightsSHA256" : "([0-9a-f]{64})"/)).1)
  }

  @Test func aTrialThatStopsAtARungGoesOnToTheSameWeights() throws {
    let folder = try TemporaryFolder()
    var configuration = try data(folder)
    configuration.validationSplit = 0.25
    let whole = RunTrainer(folder: folder.path(of: "whole"), observer: Nobody())
    let expected = try whole.train(task(configuration))
    guard case .scored(let score) = expected else {
      Issue.record("no score: \(expected)")
      return
    }
    #expect(score.epochs == 3)
    for _ in 0..<2 {
      let parts = RunTrainer(folder: folder.path(of: "parts"), observer: Nobody())
      guard case .scored(let first) = try parts.train(task(configuration, epochs: 1)) else {
        Issue.record("no score")
        return
      }
      #expect(first.epochs == 1, "also where the search lost the score and asks again")
    }
    let rest = RunTrainer(folder: folder.path(of: "parts"), observer: Nobody())
    #expect(try rest.train(task(configuration)) == expected)
    #expect(
      try sha(RunTrainer.folder(of: 1, in: folder.path(of: "parts")))
        == sha(RunTrainer.folder(of: 1, in: folder.path(of: "whole"))))
  }

  @Test func foldsAreTrainedInTurn() throws {
    let folder = try TemporaryFolder()
    let trainer = RunTrainer(folder: folder.path(of: "search"), observer: Nobody())
    guard case .scored(let score) = try trainer.train(task(data(folder), folds: 3, epochs: 1)) else {
      Issue.record("no score")
      return
    }
    #expect(score.folds.count == 3 && score.epochs == 1)
    let trial = RunTrainer.folder(of: 1, in: folder.path(of: "search"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: trial).sorted() == ["fold-1", "fold-2", "fold-3"])
  }

  @Test func aTrialThatCannotBeTrainedFailsAndMissingImagesEndTheSearch() throws {
    let folder = try TemporaryFolder()
    let trainer = RunTrainer(folder: folder.path(of: "search"), observer: Nobody())
    var configuration = try data(folder)
    configuration.validationSplit = 0.25
    var other = configuration
    other.model = "vgg7"
    guard case .failed(let reason) = try trainer.train(task(other)) else {
      Issue.record("it has no such model")
      return
    }
    #expect(reason.contains("vgg7") && !reason.contains("\n"))
    configuration.data = folder.path(of: "nowhere")
    #expect(throws: DatasetError.missingFolder(path: folder.path(of: "nowhere"))) {
      try trainer.train(task(configuration))
    }
  }

  @Test func dataWithoutValidationImagesHaveSomePutAside() throws {
    let folder = try TemporaryFolder()
    var definition = SearchDefinition(
      base: try data(folder), space: "lr: [0.1, 0.2]", spacePath: "s.yaml", strategy: .grid)
    try definition.fit(to: DatasetSplits.discover(folder.path(of: "data")))
    #expect(definition.base.validationSplit == 0.2 && definition.images?.count == 16)
    definition.base.validationSplit = nil
    definition.folds = 13
    #expect(
      throws: DatasetError.tooFewForFolds(
        path: folder.path(of: "data"), name: "class0", count: 12, folds: 13)
    ) { try definition.fit(to: DatasetSplits.discover(folder.path(of: "data"))) }
  }
}
