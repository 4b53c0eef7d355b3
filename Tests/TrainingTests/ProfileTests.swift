import Foundation
import Networks
import Parallel
import TestSupport
import Testing

@testable import Training

@Suite struct ProfileTests {
  private func profiles(_ recorder: Recorder) -> [LayerProfile] {
    recorder.events.compactMap { if case .profiled(let profile) = $0 { profile } else { nil } }
  }

  @Test func theFirstEpochIsToldAndWrittenOnceWithEveryLayer() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 3)
    configuration.profileLayers = true
    let recorder = Recorder()
    let result = try data.train(configuration, recorder)
    let profile = try #require(profiles(recorder).first)
    #expect(profiles(recorder).count == 1)
    // Four steps an epoch, of which the first is left out.
    #expect(profile.steps == 3)
    let text = try String(contentsOfFile: RunFolder(path: result.output).profile, encoding: .utf8)
    let written = try MetadataJSON.value(LayerProfile.self, from: text)
    #expect(written.rows.map(\.kernel) == profile.rows.map(\.kernel))
    for layer in try TinyData.network().summary().layers where layer.parameterCount > 0 {
      #expect(written.rows.contains { $0.layer == layer.name }, "\(layer.name)")
    }
  }

  @Test func itChangesNoBits() throws {
    let data = try TinyData()
    let plain = try data.train(data.configuration("plain"))
    var configuration = data.configuration("profiled")
    configuration.profileLayers = true
    let profiled = try data.train(configuration)
    #expect(plain.weightsSHA256 == profiled.weightsSHA256)
    #expect(!FileManager.default.fileExists(atPath: RunFolder(path: plain.output).profile))
  }

  @Test func anEpochOfOneStepIsEnough() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 1)
    configuration.batchSize = 27
    configuration.profileLayers = true
    let recorder = Recorder()
    _ = try data.train(configuration, recorder)
    #expect(profiles(recorder).map(\.steps) == [1])
  }

  @Test func aRunThatIsStoppedTellsWhatItHas() throws {
    let data = try TinyData()
    var configuration = data.configuration()
    configuration.profileLayers = true
    let recorder = Recorder(stopAt: RunPosition(epoch: 0, step: 3))
    let result = try data.train(configuration, recorder)
    #expect(profiles(recorder).map(\.steps) == [2])

    var resuming = RunConfiguration()
    resuming.resume = result.output
    resuming.profileLayers = true
    let again = Recorder()
    _ = try data.train(resuming, again)
    // The one step that was left, whose epoch has others, warms up; the next epoch is timed.
    #expect(profiles(again).map(\.steps) == [4])
  }
}
