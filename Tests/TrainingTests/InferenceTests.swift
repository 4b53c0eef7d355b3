import Datasets
import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct InferenceTests {
  private static let trained = Result {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 6)
    configuration.augment = .none
    configuration.schedule = .constant(Constant())
    return (data: data, result: try data.train(configuration))
  }
  private let data: TinyData
  private let result: RunResult
  private let model: String

  init() throws {
    (data, result) = try Self.trained.get()
    model = try #require(result.lastModel)
  }

  @Test func scoresEveryImageOnceAsTheRunDid() throws {
    var options = InferenceOptions()
    options.batchSize = 4
    options.workers = 2
    let report = try Evaluator(model: model, options: options).evaluate(data: data.path)
    #expect(report.score.count == 9 && report.badImages.isEmpty)
    #expect(report.score.top1 == result.last?.validation?.top1)
    #expect(abs(report.score.loss - (result.last?.validation?.loss ?? .nan)) < 1e-5)
    #expect(report.confusion.map { $0.reduce(0, +) } == [3, 3, 3])
    #expect(report.classes.map(\.name) == ["class0", "class1", "class2"])
    #expect(report.classes.map(\.count) == [3, 3, 3])
  }

  @Test func refusesClassesThatTheModelDoesNotKnow() throws {
    let other = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: data.path + "/test/class1", toPath: other.path(of: "alien"))
    let error = #expect(throws: DatasetError.self) { try Evaluator(model: model).evaluate(data: other.path) }
    #expect("\(try #require(error))".contains("alien"))
  }

  @Test func ranksTheClassesOfFilesAndFolders() throws {
    let bad = try data.folder.write(file: "photos/bad.png", text: "no")
    let image = data.path + "/test/class1/0.png"
    let report = try Predictor(model: model)
      .predict(paths: [image, data.path + "/test/class0", bad, image])
    #expect(report.predictions.map(\.path).first == image && report.predictions.map(\.path).last == image)
    #expect(report.predictions.count == 5)
    #expect(report.badImages.map(\.path) == [bad])
    for prediction in report.predictions {
      let probabilities = prediction.classes.map(\.probability)
      #expect(probabilities.count == 3 && abs(probabilities.reduce(0, +) - 1) < 1e-9)
      #expect(probabilities == probabilities.sorted(by: >))
    }
    #expect(report.predictions[0] == report.predictions[4])
  }

  @Test func namesPathsThatAreNotThere() throws {
    let folder = try TemporaryFolder()
    #expect(throws: TrainingError.missing(path: "/nowhere.png", what: "image or folder")) {
      try Predictor(model: model).predict(paths: ["/nowhere.png"])
    }
    #expect(throws: TrainingError.noImages(path: folder.path)) {
      try Predictor(model: model).predict(paths: [folder.path])
    }
  }
}
