import Augmentation
import Foundation
import Networks
import Synchronization
import TestSupport
import Testing

@testable import Training

/// Runs with frozen layers: what stays, what is told, and that stopping changes nothing, also where layers begin to
/// train.
@Suite struct FreezingTests {
  private let data: TinyData

  init() throws { data = try TinyData() }

  private func configuration(
    _ name: String = "run", epochs: Int = 3, _ change: (inout RunConfiguration) -> Void
  ) -> RunConfiguration {
    var configuration = data.configuration(name, epochs: epochs)
    change(&configuration)
    return configuration
  }

  /// The digests of a tensor, step by step.
  private func digests(_ result: RunResult, _ tensor: String) throws -> [String] {
    let text = try String(contentsOfFile: result.output + "/steps.csv", encoding: .utf8)
    let rows = text.split(separator: "\n").map { $0.split(separator: ",") }
    let column = try #require(rows[0].firstIndex(of: Substring(tensor)))
    return rows.dropFirst().map { String($0[column]) }
  }

  @Test func whatIsFrozenStays() throws {
    let result = try data.train(configuration { $0.freezeTo = "6" })
    for tensor in ["0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var"] {
      #expect(try Set(digests(result, tensor)).count == 1, "\(tensor)")
    }
    #expect(try Set(digests(result, "6.weight")).count == digests(result, "6.weight").count)
  }

  @Test func normsGoOnWhereAsked() throws {
    let result = try data.train(
      configuration {
        $0.freeze = "0,1"
        $0.frozenNorms = .train
      })
    #expect(try Set(digests(result, "1.weight")).count == 1)
    #expect(try Set(digests(result, "1.running_mean")).count > 1)
  }

  @Test func layersBeginToTrain() throws {
    let recorder = Recorder()
    let result = try data.train(
      configuration {
        $0.freezeTo = "6"
        $0.unfreezeAt = Unfreezing("1@2,3")
      }, recorder)
    let steps = try digests(result, "0.weight").count / 3
    #expect(try Set(digests(result, "0.weight").prefix(2 * steps)).count == 1)
    #expect(try Set(digests(result, "0.weight")).count == steps + 1)
    #expect(try Set(digests(result, "1.weight").prefix(steps)).count == 1)
    #expect(try Set(digests(result, "1.weight")).count == 2 * steps + 1)
    let notices = recorder.events.compactMap { if case .unfrozen(let notice) = $0 { notice } else { nil } }
    #expect(notices.map(\.epoch) == [2, 3])
    #expect(notices.map { $0.freezing?.layers } == [["0"], nil])
  }

  /// Stopped before, at and after the epoch in which layers begin to train, and resumed by more workers.
  @Test(arguments: [
    RunPosition(epoch: 0, step: 2), RunPosition(epoch: 1, step: 0), RunPosition(epoch: 1, step: 2),
  ])
  func resumeIsExact(stop: RunPosition) throws {
    let freeze = { (configuration: inout RunConfiguration) in
      configuration.freezeTo = "6"
      configuration.unfreezeAt = Unfreezing("2")
      configuration.layerDecay = 0.5
    }
    let whole = try data.train(configuration("whole", freeze))
    let stopped = configuration("stopped", freeze)
    _ = try data.train(stopped, Recorder(stopAt: stop))
    var resumed = RunConfiguration()
    resumed.resume = stopped.output
    resumed.workers = 3
    let result = try TrainingRun(configuration: resumed, observer: Recorder()).run()
    #expect(result.weightsSHA256 == whole.weightsSHA256)
    #expect(try digests(result, "0.weight") == digests(whole, "0.weight"))
  }

  /// Features that are kept give the weights and scores that images give, also over a stop in the middle of an epoch,
  /// an image that cannot be read, and an unfreezing.
  @Test(arguments: ["5", "6"], [nil, "3", "0@3"]) func keptFeaturesChangeNothing(
    before: String, unfreeze: String?
  ) throws {
    try data.folder.write(file: "train/class1/broken.png", text: "no image")
    let change = { (configuration: inout RunConfiguration) in
      configuration.augment = .none
      configuration.freezeTo = before
      configuration.unfreezeAt = unfreeze.flatMap { Unfreezing($0) }
    }
    let plain = try data.train(
      configuration("plain", epochs: 4) {
        change(&$0)
        $0.featureCache = 0
      })
    let (kept, recorder) = (configuration("kept", epochs: 4, change), Recorder())
    let result = try data.train(kept, recorder)
    #expect(result.weightsSHA256 == plain.weightsSHA256)
    #expect(result.best?.validation == plain.best?.validation)
    #expect(try digests(result, "6.weight") == digests(plain, "6.weight"))
    #expect(features(recorder)?.reason == nil && features(recorder)?.lastLayer == "4")

    let stopped = configuration("stopped", epochs: 4, change)
    _ = try data.train(stopped, Recorder(stopAt: RunPosition(epoch: 1, step: 2)))
    var resumed = RunConfiguration()
    resumed.resume = stopped.output
    resumed.workers = 2
    let end = try TrainingRun(configuration: resumed, observer: Recorder()).run()
    #expect(end.weightsSHA256 == plain.weightsSHA256)
  }

  @Test func noImageIsReadTwice() throws {
    let reads = Mutex(0)
    var faults = RunFaults()
    faults.image = { _ in reads.withLock { $0 += 1 } }
    let kept = configuration(epochs: 5) {
      $0.augment = .none
      $0.freezeTo = "6"
    }
    let run = try TrainingRun(
      configuration: kept, network: TinyData.network(), observer: Recorder(), faults: faults)
    _ = try run.run()
    let count = reads.withLock { $0 }
    #expect(count == 36, "27 to train and 9 to validate")
  }

  @Test func featuresThatAreNotKeptSayWhy() throws {
    let large = Recorder()
    var configuration = configuration("large", epochs: 1) { $0.freezeTo = "6" }
    configuration.augment = .recipe(AugmentationRecipe { HorizontalFlip() })
    _ = try data.train(configuration, large)
    #expect(features(large)?.reason == .imagesAreAugmented)
    let none = Recorder()
    _ = try data.train(self.configuration("none", epochs: 1) { _ in }, none)
    #expect(features(none) == nil)
    let off = Recorder()
    configuration.output = data.path + "/runs/off"
    configuration.featureCache = 0
    _ = try data.train(configuration, off)
    #expect(features(off)?.reason == .turnedOff)
  }

  private func features(_ recorder: Recorder) -> RunSummary.Features? {
    recorder.events.compactMap { if case .started(let summary) = $0 { summary.features } else { nil } }.first
  }

  /// A frozen layer that trains from the second epoch on is not what it is without having been frozen, and nothing
  /// else is as it was either.
  @Test func freezingChangesTheResult() throws {
    let plain = try data.train(configuration("plain") { _ in })
    let frozen = try data.train(configuration("frozen") { $0.freeze = "0" })
    let decayed = try data.train(configuration("decayed") { $0.layerDecay = 0.5 })
    #expect(Set([plain, frozen, decayed].map(\.weightsSHA256)).count == 3)
  }

  @Test func theSummaryTellsWhatIsFrozen() throws {
    let recorder = Recorder()
    _ = try data.train(
      configuration(epochs: 1) {
        $0.freeze = "0,6.bias"
        $0.layerDecay = 0.5
        $0.learningRate = 0.2
      }, recorder)
    let summary = try #require(
      recorder.events.compactMap { if case .started(let summary) = $0 { summary } else { nil } }.first)
    #expect(summary.freezing?.layers == ["0", "6.bias"])
    #expect(summary.freezing?.parameterCount == 36 + 3)
    #expect(summary.layerRates.map(\.layers) == [["0", "1"], ["6"]])
    #expect(summary.layerRates.map(\.factor) == [0.5, 1])
    #expect(summary.layerRates.map(\.learningRate) == [0.1, 0.2])
  }

  @Test(arguments: [
    (#"{"freeze":"convv"}"#, "freeze convv"), (#"{"freeze":"0,"}"#, "freeze "),
    (#"{"freeze":"*"}"#, "freeze *"),
    (#"{"freeze-to":"7"}"#, "freeze-to 7"), (#"{"freeze":"0","unfreeze-at":"6@2"}"#, "unfreeze-at 6"),
    (#"{"freeze":"0","unfreeze-at":1}"#, "unfreeze-at 1"),
    (#"{"freeze":"0","unfreeze-at":11}"#, "unfreeze-at 11"),
    (#"{"unfreeze-at":2}"#, "unfreeze-at 2"), (#"{"frozen-norms":"train"}"#, "frozen-norms train"),
    (#"{"layer-decay":0}"#, "layer-decay 0"), (#"{"layer-decay":1.5}"#, "layer-decay 1.5"),
  ])
  func refusesWhatCannotBe(text: String, start: String) throws {
    var configuration = try MetadataJSON.value(RunConfiguration.self, from: text)
    configuration.data = data.path
    configuration.output = data.path + "/refused"
    do {
      _ = try data.train(configuration)
      Issue.record("\(text) was taken")
    } catch let error as TrainingError {
      #expect("\(error)".hasPrefix(start), "\(error)")
    }
    #expect(!FileManager.default.fileExists(atPath: data.path + "/refused"))
  }

  @Test(arguments: ["3", "layer4@3", "layer3.*@2,5"]) func momentsHaveATextForm(text: String) throws {
    let unfreezing = try #require(Unfreezing(text))
    #expect(unfreezing.text == text)
    #expect(try MetadataJSON.value(Unfreezing.self, from: MetadataJSON.text(unfreezing)) == unfreezing)
  }

  @Test(arguments: ["", "x", "@3", "a@", "a@b", "a@3@4", "1,", ",1"]) func otherTextsAreNone(text: String) {
    #expect(Unfreezing(text) == nil)
  }
}
