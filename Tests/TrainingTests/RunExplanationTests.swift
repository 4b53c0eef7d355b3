import Foundation
import Testing

@testable import Training

@Suite struct RunExplanationTests {
  private let data: TinyData

  init() throws { data = try TinyData() }

  private func sources(_ explanation: RunExplanation) -> [String: String] {
    Dictionary(explanation.options.map { ($0.option, "\($0.source)") }) { first, _ in first }
  }

  @Test func everyOptionSaysWhy() {
    for option in RunOption.all {
      #expect(!option.why.isEmpty, "\(option.key.rawValue) does not say why its default is so")
      #expect(option.why.count <= 100 && !option.why.hasSuffix("."), "\(option.key.rawValue)")
    }
  }

  @Test func everyValueHasItsSource() throws {
    var configuration = try RunConfiguration(preset: .practical, data: data.path)
    configuration.epochs = 3
    configuration.batchSize = 16
    configuration.model = "vgg6"
    let explanation = try RunExplanation(
      configuration,
      stated: [
        .data: .flag, .preset: .flag, .epochs: .file("run.yaml", line: 2), .batchSize: .flag, .model: .flag,
      ])
    let sources = sources(explanation)
    #expect(explanation.options.count == RunConfiguration.CodingKeys.allCases.count)
    #expect(sources["epochs"] == "run.yaml:2" && sources["batch-size"] == "flag")
    #expect(sources["model"] == "flag", "a flag wins over the preset")
    #expect(sources["schedule"] == "preset practical" && sources["init"] == "preset practical")
    #expect(sources["seed"] == "default" && sources["freeze"] == "default")
    #expect(sources["lr"] == "chosen by the optimizer")
    #expect(sources["size"] == "chosen by the images" && sources["workers"] == "chosen by the machine")
    let values = Dictionary(explanation.options.map { ($0.option, $0.value) }) { first, _ in first }
    #expect(values["size"] == "8" && values["epochs"] == "3" && values["freeze"] == .some(nil))
    #expect(explanation.configuration.channels == 1)
  }

  @Test func leavesNothingBehind() throws {
    var configuration = RunConfiguration(data: data.path)
    configuration.output = data.folder.path(of: "run")
    _ = try RunExplanation(configuration)
    #expect(try FileManager.default.contentsOfDirectory(atPath: data.path).sorted() == ["test", "train"])
  }

  @Test func aRunThatGoesOnHasItsOwn() throws {
    let result = try data.train(data.configuration(epochs: 1))
    var configuration = RunConfiguration()
    configuration.resume = result.output
    configuration.epochs = 2
    configuration.allowChange = true
    let sources = sources(
      try RunExplanation(configuration, stated: [.resume: .flag, .epochs: .flag, .allowChange: .flag]))
    #expect(sources["batch-size"] == result.output && sources["epochs"] == "flag")
    #expect(sources["workers"] == "chosen by the machine")
  }

  @Test func whatCannotRunIsNotExplained() {
    var configuration = RunConfiguration(data: data.path)
    configuration.model = "vgg7"
    #expect(throws: TrainingError.self) { try RunExplanation(configuration) }
    configuration.model = nil
    configuration.momentum = 2
    #expect(throws: TrainingError.self) { try RunExplanation(configuration) }
  }
}
