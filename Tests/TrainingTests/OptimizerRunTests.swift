import Foundation
import TestSupport
import Testing

@testable import Training

/// Whole runs with every optimizer, with clipping and with penalties: the same weights for any number of workers, and
/// over a stop.
@Suite struct OptimizerRunTests {
  /// Options as a configuration file states them.
  static let options =
    OptimizerName.allCases.map { #"{"optimizer":"\#($0.rawValue)"}"# } + [
      #"{"optimizer":"adamw","amsgrad":true,"clip-norm":0.5}"#,
      #"{"optimizer":"rmsprop","centered":true,"momentum":0.5,"clip-value":0.01}"#,
      #"{"optimizer":"lamb","clip-adaptive":0.01,"max-norm":0.5}"#,
      #"{"optimizer":"lars","clip-norm":0.1,"l2":0.01}"#,
      #"{"l1":0.01,"l1-proximal":true,"max-norm":1,"accumulate":2}"#,
      #"{"optimizer":"adam","l1":2,"l1-proximal":true,"l1-until":0.5}"#,
      #"{"l1":2,"l1-proximal":true,"l1-sparsity":0.4}"#,
      #"{"l1":0.0001,"l1-proximal":true,"l1-until":0.6,"l1-sparsity":0.7}"#,
      #"{"l1":0.001,"l2":0.01,"decoupled-weight-decay":true,"weight-decay":0.001}"#,
      #"{"layer-decay":0.5,"parameter-groups":[{"parameters":"6.*","lr":2},{"parameters":"*.bias","weight-decay":1}]}"#,
      #"{"optimizer":"adam","schedule":{"name":"one-cycle","base-momentum":0.85,"max-momentum":0.95}}"#,
      #"{"optimizer":"nadam","freeze":"0","unfreeze-at":"2"}"#,
    ]

  private func configuration(_ data: TinyData, _ name: String, _ text: String) throws -> RunConfiguration {
    var configuration = try MetadataJSON.value(RunConfiguration.self, from: text)
    let common = data.configuration(name)
    configuration.data = common.data
    configuration.output = common.output
    (configuration.epochs, configuration.batchSize, configuration.shards) = (2, 8, 3)
    (configuration.workers, configuration.loaderThreads) = (1, 1)
    return configuration
  }

  @Test(arguments: options) func workersAndAStopChangeNothing(options: String) throws {
    let data = try TinyData()
    let whole = try data.train(configuration(data, "whole", options))
    var two = try configuration(data, "two", options)
    two.workers = 2
    _ = try data.train(two, Recorder(stopAt: RunPosition(epoch: 1, step: 1)))
    var resumed = RunConfiguration()
    resumed.resume = two.output
    resumed.workers = 3
    let result = try TrainingRun(configuration: resumed, observer: Recorder()).run()
    #expect(result.weightsSHA256 == whole.weightsSHA256)
    let (last, expected) = (try #require(result.last), try #require(whole.last))
    #expect(last.gradientNorm == expected.gradientNorm && last.gradientNorm ?? 0 > 0)
    #expect(last.penalty == expected.penalty && last.sparsity == expected.sparsity)
  }

  @Test func theReportTellsOfPenaltyAndZeros() throws {
    let data = try TinyData()
    let plain = try #require(try data.train(configuration(data, "plain", "{}")).last)
    #expect(plain.penalty == nil && plain.sparsity == nil)
    let none = try data.train(configuration(data, "none", #"{"l1":0}"#)).last
    #expect(none?.penalty == nil && none?.sparsity == 0)
    let sparse = try data.train(configuration(data, "sparse", #"{"l1":1,"l1-proximal":true}"#))
    let last = try #require(sparse.last)
    #expect(try #require(last.penalty) > 0)
    // Counted anew in the file of the model, biases and norms left out.
    let tensors = try ModelFile.load(#require(sparse.lastModel)).state
    let weights = tensors.filter { ["0.weight", "6.weight"].contains($0.name) }.flatMap(\.values)
    let share = Double(weights.count { $0 == 0 }) / Double(weights.count)
    #expect(weights.count == 4 * 9 + 3 * 4 && last.sparsity == share && share > 0 && share < 1)
    let log = try String(contentsOfFile: RunFolder(path: sparse.output).log, encoding: .utf8)
    #expect(log.hasPrefix("epoch,") && log.contains(",gradient_norm,penalty,sparsity,"))
  }

  /// No optimizer moves a weight that is held at zero: the share of zeros stays from the middle of the run on.
  @Test(arguments: OptimizerName.allCases) func zerosThatAreHeldStay(optimizer: OptimizerName) throws {
    let data = try TinyData()
    var configuration = try configuration(
      data, "held", #"{"l1":40,"l1-proximal":true,"l1-until":0.5,"schedule":"constant"}"#)
    configuration.optimizer = optimizer
    configuration.learningRate = 0.01
    let recorder = Recorder()
    _ = try data.train(configuration, recorder)
    let sparsity = recorder.events.compactMap { event in
      if case .epochFinished(let report) = event { report.sparsity } else { nil }
    }
    #expect(sparsity.count == 2 && sparsity[0] == sparsity[1] && sparsity[1] > 0)
  }

  /// A strong penalty ends where it has made enough zeros, a weak one where its time is over and the smallest weights
  /// make up what is missing; the zeros stay.
  @Test(arguments: [
    #"{"l1":40,"l1-proximal":true,"l1-sparsity":0.4}"#,
    #"{"l1":0.0001,"l1-proximal":true,"l1-until":0.2,"l1-sparsity":0.4}"#,
  ])
  func asManyZerosAsAreAskedFor(options: String) throws {
    let data = try TinyData()
    var configuration = try configuration(data, "enough", options)
    (configuration.schedule, configuration.learningRate) = (.constant(Constant()), 0.01)
    let recorder = Recorder()
    _ = try data.train(configuration, recorder)
    let sparsity = recorder.events.compactMap { event in
      if case .epochFinished(let report) = event { report.sparsity } else { nil }
    }
    // 20 of 48 are the fewest that are 40%.
    #expect(sparsity.count == 2 && sparsity[0] == sparsity[1] && sparsity[1] >= 0.4 && sparsity[1] < 1)
    if configuration.penalties.l1Until != nil { #expect(sparsity[1] == 20.0 / 48) }
  }

  @Test(arguments: [
    (#"{"clip-norm":1,"clip-value":1}"#, "clip-value 1.0: excludes clip-norm"),
    (#"{"clip-adaptive":1,"clip-value":1}"#, "clip-adaptive 1.0: excludes clip-value"),
    (#"{"clip-norm":0}"#, "clip-norm 0.0: must be a number above 0"),
    (#"{"clip-value":-1}"#, "clip-value -1.0: must be"),
    (#"{"clip-adaptive":-1}"#, "clip-adaptive -1.0: must be"),
    (#"{"l1":-1}"#, "l1 -1.0: must be 0 or more"), (#"{"l2":-1}"#, "l2 -1.0: must be 0 or more"),
    (#"{"l1":1,"l1-until":0.5}"#, "l1-until 0.5: needs l1-proximal"),
    (#"{"l1":1,"l1-proximal":true,"l1-until":1}"#, "l1-until 1.0: must be between 0 and 1"),
    (#"{"l1":1,"l1-sparsity":0.5}"#, "l1-sparsity 0.5: needs l1-proximal"),
    (#"{"l1":1,"l1-proximal":true,"l1-sparsity":0}"#, "l1-sparsity 0.0: must be between 0 and 1"),
    (#"{"l1-proximal":true}"#, "l1-proximal true: needs l1"), (#"{"max-norm":0}"#, "max-norm 0.0: must be"),
    (#"{"amsgrad":true}"#, "amsgrad true: sgd has none; it is for adam and adamw"),
    (#"{"optimizer":"adam","centered":true}"#, "centered true"), (#"{"alpha":0.9}"#, "alpha 0.9"),
    (#"{"optimizer":"rmsprop","alpha":1}"#, "alpha 1.0: must be from 0 to below 1"),
    (#"{"optimizer":"adam","momentum-decay":0.1}"#, "momentum-decay 0.1"),
    (#"{"optimizer":"nadam","momentum-decay":-0.1}"#, "momentum-decay -0.1: must be 0 or more"),
    (#"{"optimizer":"adamw","decoupled-weight-decay":true}"#, "decoupled-weight-decay true: adamw has none"),
    (
      #"{"optimizer":"adam","decoupled-weight-decay":true}"#,
      "decoupled-weight-decay true: needs a weight-decay"
    ),
    (#"{"optimizer":"adagrad","beta1":0.5}"#, "beta1 0.5: adagrad has none"),
    (#"{"optimizer":"lion","epsilon":0.5}"#, "epsilon 0.5: lion has none"),
    (
      #"{"optimizer":"nadam","schedule":{"name":"one-cycle","base-momentum":0.85,"max-momentum":0.95}}"#,
      "schedule.base-momentum 0.85"
    ),
    (#"{"parameter-groups":[{"parameters":"fc"}]}"#, "parameter-groups fc: needs lr, weight-decay or both"),
    (
      #"{"parameter-groups":[{"parameters":"fc","lr":-1}]}"#,
      "parameter-groups.lr -1.0: must be 0 or more: a factor of the run's lr"
    ),
  ])
  func refusesWhatCannotBe(text: String, start: String) throws {
    var configuration = try MetadataJSON.value(RunConfiguration.self, from: text)
    configuration.data = "a"
    let error = #expect(throws: TrainingError.self) { try configuration.validate() }
    #expect("\(try #require(error))".hasPrefix(start))
  }

  @Test func aGroupMustFitSomething() throws {
    let data = try TinyData()
    let text = #"{"parameter-groups":[{"parameters":"head.*","lr":2}]}"#
    let error = #expect(throws: TrainingError.self) { try data.train(configuration(data, "run", text)) }
    #expect(
      "\(try #require(error))".hasPrefix("parameter-groups head.*: the network has no such layer; it has 0"))
    #expect(throws: (any Error).self) {
      try MetadataJSON.value(
        RunConfiguration.self, from: #"{"parameter-groups":[{"parameters":"0","rate":2}]}"#)
    }
  }

  @Test func groupsMultiplyRatesAndTheLastDecayWins() throws {
    var configuration = RunConfiguration(data: "a")
    configuration.layerDecay = 0.5
    configuration.clipping.adaptive = 0.01
    configuration.parameterGroups = [
      ParameterGroup(parameters: "0,1", learningRate: 3, weightDecay: 0.25),
      ParameterGroup(parameters: "*.weight", learningRate: 2, weightDecay: 0.5),
    ]
    let settings = try configuration.parameterSettings(of: TinyData.network())
    let (first, bias, head) = (settings["0.weight"], settings["1.bias"], settings["6.bias"])
    #expect(first?.rate == 3 && first?.decay == 0.5 && first?.isClippedAdaptively == true)
    #expect(bias?.rate == 1.5 && bias?.decay == 0.25)
    #expect(head?.rate == 1 && head?.decay == nil && head?.isClippedAdaptively == false)
  }

  @Test func theTextOfGroupsIsYAML() throws {
    let text = "[{parameters: \"fc.*\", lr: 0.1, weight-decay: 0}, {parameters: conv1, lr: 2}]"
    #expect(
      try ParameterGroup.groups(text: text) == [
        ParameterGroup(parameters: "fc.*", learningRate: 0.1, weightDecay: 0),
        ParameterGroup(parameters: "conv1", learningRate: 2),
      ])
    #expect(throws: TrainingError.self) { try ParameterGroup.groups(text: "fc") }
  }
}
