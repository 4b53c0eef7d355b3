import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// Loss, mixing, sampling and noise as options of a run.
@Suite struct ObjectiveTests {
  /// What a run is changed by.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout RunConfiguration) -> Void

    init(_ name: String, _ apply: @escaping @Sendable (inout RunConfiguration) -> Void) {
      testDescription = name
      self.apply = apply
    }

    static let all = [
      Change("label smoothing") { $0.objective.labelSmoothing = 0.1 },
      Change("focal loss") { $0.objective.focalGamma = 2 },
      Change("class weights") {
        $0.objective.classWeights = .listed(["class0": 1, "class1": 0.5, "class2": 3])
      },
      Change("balanced sampling") { $0.sampling = .balanced },
      Change("MixUp") { $0.mixing.mixUp = 0.4 },
      Change("CutMix") { $0.mixing.cutMix = 1 },
      Change("input noise") { $0.inputNoise = 0.2 },
      Change("all but balance") {
        $0.objective.labelSmoothing = 0.1
        $0.objective.focalGamma = 1
        $0.objective.classWeights = .balanced
        $0.mixing.mixUp = 0.2
        $0.mixing.cutMix = 1
        $0.mixing.probability = 0.6
        $0.inputNoise = 0.1
        $0.accumulate = 2
        $0.syncBatchNorm = true
      },
    ]
  }

  private func configuration(_ data: TinyData, _ name: String, _ change: Change) -> RunConfiguration {
    var configuration = data.configuration(name)
    change.apply(&configuration)
    return configuration
  }

  /// Each changes the weights; workers, loader threads, a stop and a resume do not.
  @Test(arguments: Change.all) func sameBits(change: Change) throws {
    let data = try TinyData()
    // One image is unreadable: it is taken out before the others are mixed.
    try data.folder.write(file: "train/class1/4.png", text: "spoiled")
    let plain = try data.train(data.configuration("plain"))
    let whole = try data.train(configuration(data, "whole", change))
    #expect(whole.weightsSHA256 != plain.weightsSHA256)

    var shared = configuration(data, "shared", change)
    shared.workers = 2
    shared.loaderThreads = 4
    #expect(try data.train(shared).weightsSHA256 == whole.weightsSHA256)

    let parts = configuration(data, "parts", change)
    _ = try data.train(parts, Recorder(stopAt: RunPosition(epoch: 1, step: 1)))
    var resumed = RunConfiguration()
    resumed.resume = parts.output
    resumed.workers = 2
    let result = try TrainingRun(configuration: resumed, observer: Recorder()).run()
    #expect(result.weightsSHA256 == whole.weightsSHA256)
    #expect(result.last?.trainingLoss == whole.last?.trainingLoss)
    #expect(result.last?.trainingAccuracy == whole.last?.trainingAccuracy)
  }

  @Test(arguments: Change.all) func configurationsComeBackFromTheirText(change: Change) throws {
    var configuration = RunConfiguration(data: "data")
    change.apply(&configuration)
    let text = try MetadataJSON.text(configuration)
    #expect(try MetadataJSON.value(RunConfiguration.self, from: text) == configuration)
  }

  /// Validation reports plain cross-entropy, whatever is minimised.
  @Test func validationIsPlain() throws {
    let data = try TinyData()
    var plain = data.configuration("plain", epochs: 1)
    plain.learningRate = 1e-12
    var smooth = plain
    smooth.output = data.folder.path(of: "runs/smooth")
    smooth.objective.labelSmoothing = 0.5
    smooth.objective.focalGamma = 2
    let results = try [plain, smooth].map { try data.train($0) }
    let losses = results.compactMap { $0.last?.validation?.loss }
    #expect(abs(losses[0] - losses[1]) < 1e-6)
    let training = results.compactMap { $0.last?.trainingLoss }
    #expect(abs(training[0] - training[1]) > 0.01)
  }

  @Test func theModelKeepsItsNamesAndEvaluatesWithoutNoise() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 1)
    configuration.inputNoise = 0.3
    let result = try data.train(configuration)
    let model = try ModelFile.load(try #require(result.lastModel))
    #expect(model.network.layers.first == GaussianNoise(0.3).named("input-noise"))
    #expect(try model.network.parameters().map(\.name) == TinyData.network().parameters().map(\.name))
    // A run that starts from it has no noise unless it asks for some.
    var next = data.configuration("next", epochs: 1)
    next.weights = result.lastModel
    let recorder = Recorder()
    _ = try TrainingRun(configuration: next, observer: recorder).run()
    guard case .finished(let end)? = recorder.events.last else { return }
    let second = try ModelFile.load(try #require(end.lastModel))
    #expect(try second.network.parameters() == model.network.parameters())
    #expect(second.network.layers.count == TinyData.network().layers.count)
  }

  @Test func balancedWeightsAreToldAndRecorded() throws {
    let data = try TinyData()
    for index in 0..<6 {
      try FileManager.default.removeItem(atPath: data.folder.path(of: "train/class0/\(index).png"))
    }
    var configuration = data.configuration(epochs: 1)
    configuration.objective.classWeights = .balanced
    let recorder = Recorder()
    let result = try data.train(configuration, recorder)
    guard case .started(let summary) = recorder.events.first else { return }
    // 21 images: 3, 9 and 9 of the classes.
    let weights = summary.classWeights ?? []
    #expect(weights.map(\.name) == ["class0", "class1", "class2"])
    let expected: [Double] = [7.0 / 3, 7.0 / 9, 7.0 / 9]
    #expect(zip(weights.map(\.weight), expected).allSatisfy { abs($0 - $1) < 1e-12 })
    let record = try String(contentsOfFile: result.output + "/run.json", encoding: .utf8)
    #expect(record.contains("classWeights"))
  }

  @Test(arguments: [
    (
      "class0=1,class1=2",
      "class-weights class0=1.0,class1=2.0: class class2 has no weight; every class needs one"
    ),
    ("class0=1,class1=2,clas2=3", "class-weights clas2: the data have no such class; did you mean class2?"),
    ("class0=1,class1=0,class2=3", "class-weights class1=0.0: a weight must be a number above 0"),
    ("class0=1,class0=2", "class-weights class0=1,class0=2: class class0 has two weights"),
    ("even", "class-weights even: expected balanced, or CLASS=WEIGHT with commas between several"),
    (
      "class0=much",
      "class-weights class0=much: expected balanced, or CLASS=WEIGHT with commas between several"
    ),
  ])
  func weightsThatDoNotFit(text: String, message: String) throws {
    let data = try TinyData(perClass: 3)
    let error = #expect(throws: TrainingError.self) {
      var configuration = data.configuration()
      configuration.objective.classWeights = try ClassWeights(text)
      _ = try data.train(configuration)
    }
    #expect(error?.description == message)
    #expect(!FileManager.default.fileExists(atPath: data.folder.path(of: "runs")))
  }

  @Test func classNamesMayHaveAnEqualsSign() throws {
    #expect(try ClassWeights("a=b=2,c=0.5") == .listed(["a=b": 2, "c": 0.5]))
    #expect(ClassWeights.listed(["c": 0.5, "a=b": 2]).text == "a=b=2.0,c=0.5")
  }

  @Test func anotherSamplingIsAnotherOrder() throws {
    let data = try TinyData()
    let configuration = data.configuration()
    _ = try data.train(configuration, Recorder(stopAt: RunPosition(epoch: 0, step: 2)))
    var resumed = RunConfiguration()
    resumed.resume = configuration.output
    resumed.sampling = .balanced
    resumed.mixing.mixUp = 0.5
    let error = #expect(throws: TrainingError.self) {
      _ = try TrainingRun(configuration: resumed, observer: Recorder()).run()
    }
    #expect(
      error?.description.contains("sampling: was \"shuffled\", is \"balanced\"; mixup: was 0, is 0.5") == true
    )
    resumed.allowChange = true
    let recorder = Recorder()
    _ = try TrainingRun(configuration: resumed, observer: recorder).run()
    #expect(recorder.warnings.contains { "\($0)".contains("epoch 1 begins anew") })
  }

  /// Features that never change are not there where images differ in every epoch.
  @Test func featuresAreNotKeptOfMixedOrDrawnImages() throws {
    let data = try TinyData()
    for (change, reason) in [
      (Change.all[4], RunSummary.Features.Reason.imagesAreMixed), (Change.all[3], .imagesAreDrawn),
    ] {
      var configuration = configuration(data, "\(reason)", change)
      configuration.augment = .none
      configuration.freezeTo = "6"
      let recorder = Recorder()
      _ = try data.train(configuration, recorder)
      guard case .started(let summary) = recorder.events.first else { return }
      #expect(summary.features?.reason == reason)
    }
  }
}
