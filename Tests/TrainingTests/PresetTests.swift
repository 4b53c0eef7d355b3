import Foundation
import Testing
import Yams

@testable import Training

@Suite struct PresetTests {
  @Test(arguments: Preset.allCases)
  func everyPresetIsAConfiguration(preset: Preset) throws {
    var configuration = try RunConfiguration(preset: preset, data: "images")
    try configuration.validate()
    #expect(configuration.preset == preset)
    #expect(!preset.summary.isEmpty)
    // Nothing but what it says: everything else is as the defaults have it.
    let keys = try preset.keys()
    let written = try #require(try Yams.compose(yaml: preset.options)?.mapping)
    #expect(keys.count == written.count && !keys.isEmpty)
    configuration.preset = nil
    configuration.data = nil
    let (values, defaults) = (try configuration.values(), try RunConfiguration().values())
    for option in RunOption.all {
      let isEqual =
        try RunConfiguration.text(values[option.key.rawValue])
        == RunConfiguration.text(defaults[option.key.rawValue])
      #expect(isEqual || keys.contains(option.key), "\(option.key.rawValue)")
    }
  }

  @Test func aFileWinsOverThePresetThatItNames() throws {
    let configuration = try YAMLDecoder().decode(
      RunConfiguration.self, from: "preset: practical\nmodel: vgg6\nepochs: 3")
    #expect(configuration.preset == .practical)
    #expect(configuration.model == "vgg6" && configuration.epochs == 3)
    #expect(configuration.schedule == .constant(Constant()))
  }

  @Test(
    arguments: [
      ("fats", "fast"), ("large-batches", "large-batch"), ("Practical", "practical"),
      ("normalising", "self-normalizing"),
    ])
  func anUnknownOneNamesTheNearest(name: String, nearest: String) {
    #expect(
      Preset.unknown(name) == "no preset \(name); did you mean \(nearest)? "
        + "The presets are practical, fast, sparse, large-batch, self-normalizing")
    #expect(throws: DecodingError.self) {
      try YAMLDecoder().decode(RunConfiguration.self, from: "preset: \(name)")
    }
  }

  /// What a person did not write is named as the preset's; what he wrote is his.
  @Test func contradictionsAreOfTheOptionConcerned() throws {
    var configuration = try RunConfiguration(preset: .largeBatch, data: "images")
    configuration.learningRateScaling = .none
    let error = #expect(throws: TrainingError.self) { try configuration.validate() }
    #expect(
      error.map { "\($0)" }
        == "base-batch-size 256: needs an lr-scaling of linear or sqrt; preset large-batch sets it")
    configuration.baseBatchSize = 64
    let other = #expect(throws: TrainingError.self) { try configuration.validate() }
    #expect(other.map { "\($0)" } == "base-batch-size 64: needs an lr-scaling of linear or sqrt")
  }

  @Test func aRunKeepsTheName() throws {
    let data = try TinyData()
    var configuration = try RunConfiguration(preset: .fast, data: data.path)
    configuration.epochs = 1
    configuration.batchSize = 8
    configuration.output = data.folder.path(of: "runs/fast")
    let result = try data.train(configuration)
    let record = try String(contentsOfFile: result.output + "/run.json", encoding: .utf8)
    #expect(record.contains(#""preset" : "fast""#))
    // A run goes on with the preset that it began with, or not at all.
    var other = try RunConfiguration(preset: .sparse)
    other.resume = result.output
    let error = #expect(throws: TrainingError.self) {
      try TrainingRun(
        configuration: other, network: TinyData.network(), stated: [.preset], observer: Recorder()
      ).run()
    }
    #expect(error.map { "\($0)" }?.contains(#"preset: was "fast", is "sparse""#) == true)
    var same = try RunConfiguration(preset: .fast)
    same.resume = result.output
    _ = try TrainingRun(
      configuration: same, network: TinyData.network(), stated: [.preset], observer: Recorder()
    ).run()
  }
}
