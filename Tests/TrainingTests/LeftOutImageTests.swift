import Foundation
import Loading
import Synchronization
import TestSupport
import Testing

@testable import Training

/// Training images that cannot be read: another one takes their place, and later epochs do without them.
@Suite struct LeftOutImageTests {
  private let data: TinyData
  /// Two of class 1, six of class 2: 35 images in all, five steps of 8, and four without the bad ones.
  private let bad: [String]

  init() throws {
    data = try TinyData()
    let names = ["class1/bad0.png", "class1/bad1.png"] + (0..<6).map { "class2/bad\($0).png" }
    for name in names { try data.folder.write(file: "train/" + name, text: "not a picture") }
    bad = names
  }

  private func configuration(_ name: String, epochs: Int = 3) -> RunConfiguration {
    var configuration = data.configuration(name, epochs: epochs)
    configuration.checkpointEvery = .steps(1)
    return configuration
  }

  private func records(_ result: RunResult) throws -> [[String: Any]] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: result.output + "/run.json"))
    let record = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
    return try #require(record?["badImages"] as? [[String: Any]])
  }

  @Test func theEpochKeepsItsSizeAndTheNextOnesDoWithout() throws {
    let recorder = Recorder()
    let result = try data.train(configuration("run"), recorder)
    let reports = recorder.events.compactMap {
      if case .epochFinished(let report) = $0 { report } else { nil }
    }
    #expect(reports.map(\.trainingImages) == [35, 27, 27])
    // The schedule stays where it was, though nothing is left for the last step.
    let steps = recorder.events.compactMap { if case .progress(let step) = $0 { step.step } else { nil } }
    #expect(steps == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5])
    #expect(result.badImages == 8)
    let records = try records(result)
    #expect(records.map { $0["relativePath"] as? String }.sorted { $0 ?? "" < $1 ?? "" } == bad.sorted())
    for record in records {
      #expect(record["epoch"] as? Int == 1 && record["split"] as? String == "training")
      #expect((record["reason"] as? String)?.isEmpty == false)
      #expect((record["path"] as? String)?.hasPrefix(data.path + "/train/class") == true)
    }
    let warned = recorder.warnings.compactMap { if case .badImage(let path, _) = $0 { path } else { nil } }
    #expect(warned == records.compactMap { $0["path"] as? String })
  }

  @Test func theSameBitsForAnyNumberOfWorkersAndThreads() throws {
    let digests = try [(1, 1), (2, 4), (3, 2)].map { workers, threads in
      var configuration = configuration("run\(workers)")
      configuration.workers = workers
      configuration.loaderThreads = threads
      return try data.train(configuration).weightsSHA256
    }
    #expect(Set(digests).count == 1)
  }

  @Test(arguments: [
    RunPosition(epoch: 0, step: 2), RunPosition(epoch: 1, step: 0), RunPosition(epoch: 1, step: 3),
    RunPosition(epoch: 1, step: 4), RunPosition(epoch: 2, step: 5),
  ])
  func resumeIsExact(at position: RunPosition) throws {
    let whole = try data.train(configuration("whole"))
    let stopped = try data.train(configuration("stopped"), Recorder(stopAt: position))
    #expect(stopped.outcome == .stopped)
    var rest = RunConfiguration()
    rest.resume = stopped.output
    rest.workers = 2
    let resumed = try TrainingRun(configuration: rest, observer: Recorder()).run()
    #expect(resumed.weightsSHA256 == whole.weightsSHA256 && resumed.badImages == 8)
    #expect(
      try records(resumed).map { $0["relativePath"] as? String }
        == records(whole).map { $0["relativePath"] as? String })
  }

  /// A file that goes in the second epoch is no difference to a run that goes on after it.
  @Test func aRunGoesOnWithoutFilesThatVanished() throws {
    let gone = data.path + "/train/class0/3.png"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: gone))
    func train(_ name: String, stopAt: RunPosition?) throws -> RunResult {
      try bytes.write(to: URL(fileURLWithPath: gone))
      let recorder = EpochCounter(stopAt: stopAt)
      var faults = RunFaults()
      faults.image = { if $0 == gone && recorder.done == 1 { unlink($0) } }
      let run = try TrainingRun(
        configuration: configuration(name), network: TinyData.network(), observer: recorder, faults: faults)
      recorder.recorder.stop = { run.requestStop() }
      return try run.run()
    }
    let whole = try train("whole", stopAt: nil)
    #expect(whole.badImages == 9 && whole.last?.trainingImages == 26)
    for position in [RunPosition(epoch: 1, step: 5), RunPosition(epoch: 2, step: 1)] {
      let stopped = try train("stopped\(position.epoch)", stopAt: position)
      #expect(!FileManager.default.fileExists(atPath: gone))
      var rest = RunConfiguration()
      rest.resume = stopped.output
      let resumed = try TrainingRun(configuration: rest, observer: Recorder()).run()
      #expect(resumed.weightsSHA256 == whole.weightsSHA256)
    }
  }

  @Test func aClassWithoutAReadableImageEndsTheRun() throws {
    for index in 0..<9 { try data.folder.write(file: "train/class2/\(index).png", text: "not a picture") }
    let error = #expect(throws: LoadingError.self) { try data.train(configuration("run")) }
    #expect(error?.description.contains("none of the 15 images of a class can be read") == true)
  }

  /// A recorder that decoders may ask how many epochs are done.
  private final class EpochCounter: RunObserver {
    let recorder: Recorder
    private let epochs = Atomic(0)
    var done: Int { epochs.load(ordering: .acquiring) }

    init(stopAt: RunPosition?) { recorder = Recorder(stopAt: stopAt) }

    func receive(_ event: RunEvent) {
      recorder.receive(event)
      if case .epochFinished = event { epochs.add(1, ordering: .releasing) }
    }
  }
}
