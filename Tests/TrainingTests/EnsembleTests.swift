import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// What several models say together, against the same computed the long way from what each says alone.
@Suite struct EnsembleTests {
  /// Three models: two seeds of one network, and a network of another input size.
  private static let trained = Result {
    let data = try TinyData()
    let models = try (0..<3).map { index in
      var configuration = data.configuration("model \(index)", epochs: 1)
      configuration.seed = UInt64(index)
      configuration.augment = .none
      let network = TinyData.network(side: index == 2 ? 6 : 8)
      let run = try TrainingRun(configuration: configuration, network: network, observer: Recorder())
      return try run.run().output + "/last.safetensors"
    }
    return (data: data, models: models)
  }
  private let data: TinyData
  private let models: [String]

  init() throws { (data, models) = try Self.trained.get() }

  private static func opinion(_ probabilities: [Double]) -> Opinion {
    Opinion(logarithms: probabilities.map { log($0) })
  }

  private static func ask(_ rule: EnsembleRule, _ members: [[Double]]) -> Opinion? {
    var ensemble = Ensemble(rule, images: 2, classes: members[0].count)
    for member in members {
      ensemble.beginMember()
      ensemble.add(opinion(member), image: 1)
    }
    #expect(ensemble.opinion(image: 0) == nil)
    return ensemble.opinion(image: 1)
  }

  @Test func theRules() throws {
    let members = [[0.6, 0.4, 0.0], [0.1, 0.5, 0.4], [0.4, 0.35, 0.25]]
    let mean = try #require(Self.ask(.mean, members))
    for (given, expected) in zip(mean.probabilities, [1.1 / 3, 1.25 / 3, 0.65 / 3]) {
      #expect(abs(given - expected) < 1e-12)
    }
    #expect(mean.order == [1, 0, 2])
    // One member rules the last class out.
    let geometric = try #require(Self.ask(.geometric, members))
    let roots = [0.6 * 0.1 * 0.4, 0.4 * 0.5 * 0.35, 0].map { pow($0, 1.0 / 3) }
    for (given, expected) in zip(geometric.probabilities, roots) {
      #expect(abs(given - expected / roots.reduce(0, +)) < 1e-12)
    }
    let vote = try #require(Self.ask(.vote, members))
    for (given, expected) in zip(vote.probabilities, [2.0 / 3, 1.0 / 3, 0]) {
      #expect(abs(given - expected) < 1e-12)
    }
    #expect(vote.order == [0, 1, 2])
  }

  @Test func equalVotesAreDecidedByTheMean() throws {
    let vote = try #require(Self.ask(.vote, [[0.51, 0.39, 0.1], [0.05, 0.9, 0.05]]))
    #expect(vote.first == 1)
    #expect(abs(vote.probabilities[0] - 0.5) < 1e-12 && abs(vote.probabilities[1] - 0.5) < 1e-12)
  }

  @Test(arguments: EnsembleRule.allCases)
  func anEvaluationReportsEveryMemberAndTheWhole(rule: EnsembleRule) throws {
    let report = try EnsembleEvaluator(models: models, rule: rule).evaluate(data: data.path)
    let folder = data.path + "/test"
    let alone = try models.map { try Predictor(model: $0).predict(paths: [folder]) }
    for (path, member) in zip(models, report.members) {
      let own = try Evaluator(model: path).evaluate(data: data.path)
      #expect(member.score == own.score && member.confusion == own.confusion && member.model == path)
    }
    var right = 0
    var loss = 0.0
    for index in 0..<9 {
      let names = ["class0", "class1", "class2"]
      let label = try #require(names.firstIndex { alone[0].predictions[index].path.contains($0) })
      let members = alone.map { report in
        names.map { name in
          report.predictions[index].classes.first { $0.name == name }?.probability ?? .nan
        }
      }
      let opinion = try #require(Self.ask(rule, members))
      right += opinion.first == label ? 1 : 0
      loss -= opinion.logProbabilities[label]
    }
    #expect(report.ensemble.score.count == 9)
    #expect(report.ensemble.score.top1 == Double(right) / 9)
    #expect(report.ensemble.score.loss == loss / 9 || abs(report.ensemble.score.loss - loss / 9) < 1e-9)
    #expect(report.ensemble.ensemble == rule && report.ensemble.members == models)
    #expect(report.bestMember.score.top1 == report.members.map(\.score.top1).max())
  }

  @Test func aPredictionTellsWhatEveryMemberSays() throws {
    let image = data.path + "/test/class1/0.png"
    let bad = try data.folder.write(file: "bad/bad.png", text: "no")
    let report = try Predictor(models: models).predict(paths: [image, bad, image])
    #expect(report.predictions.count == 2 && report.badImages.map(\.path) == [bad])
    let members = try #require(report.predictions[0].members)
    #expect(members.map(\.model) == models)
    for (path, member) in zip(models, members) {
      let own = try Predictor(model: path).predict(paths: [image]).predictions[0]
      #expect(member.classes == own.classes && own.members == nil)
    }
    for ranked in report.predictions[0].classes {
      let mean = members.map { $0.classes.first { $0.name == ranked.name }?.probability ?? .nan }.reduce(0, +)
      #expect(abs(ranked.probability - mean / 3) < 1e-12)
    }
    #expect(report.predictions[0] == report.predictions[1])
  }

  @Test func classesMayComeInAnotherOrder() throws {
    var file = try ModelFile.load(models[0])
    // The same network with its last layer's units and their names turned round.
    file.classes.reverse()
    for (index, tensor) in file.state.enumerated() where tensor.shape.first == 3 {
      let rows = tensor.values.count / 3
      let values = (0..<3).reversed().flatMap { tensor.values[$0 * rows..<($0 + 1) * rows] }
      file.state[index] = Tensor(name: tensor.name, shape: tensor.shape, values: values)
    }
    let turned = data.folder.path(of: "turned.safetensors")
    try file.save(to: turned)
    let one = try Evaluator(model: models[0]).evaluate(data: data.path)
    let both = try EnsembleEvaluator(models: [models[0], turned]).evaluate(data: data.path)
    #expect(both.members[1].confusion == one.confusion)
    #expect(abs(both.members[1].score.loss - one.score.loss) < 1e-5)
  }

  @Test func modelsOfOtherClassesAreRefused() throws {
    var file = try ModelFile.load(models[0])
    file.classes[1] = "alien"
    let other = data.folder.path(of: "other.safetensors")
    try file.save(to: other)
    let error = TrainingError.differentClasses(
      path: other, first: models[0], missing: ["class1"], added: ["alien"])
    #expect(throws: error) {
      try EnsembleEvaluator(models: [models[0], other]).evaluate(data: data.path)
    }
    #expect(
      "\(error)"
        == "\(other): has other classes than \(models[0]): it lacks class1, it has besides alien; "
        + "the models of an ensemble have the same")
    #expect(throws: TrainingError.self) { try EnsembleEvaluator(models: [models[0]]) }
  }

  @Test func workersChangeNothing() throws {
    let scores = try [1, 2, 3].map { workers in
      var options = InferenceOptions()
      options.workers = workers
      options.loaderThreads = workers
      options.batchSize = 4
      options.augmentation = .draws(3)
      return try EnsembleEvaluator(models: models, options: options).evaluate(data: data.path).ensemble.score
    }
    #expect(scores[1] == scores[0] && scores[2] == scores[0])
  }
}
