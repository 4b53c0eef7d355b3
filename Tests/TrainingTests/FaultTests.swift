import Augmentation
import Foundation
import ImageCodecs
import Loading
import Networks
import Parallel
import Pixels
import Synchronization
import TestSupport
import Testing

@testable import Kernels
@testable import Training

/// Runs in which something fails: they end with the cause, and the last good checkpoint stays.
@Suite struct FaultTests {
  /// Trains four epochs with faults that come in the third, when the first step and two epochs have been saved, and
  /// returns the error. What the second epoch left can be resumed, and ends like a run without faults.
  private func failure(
    of data: TinyData, _ change: (inout RunConfiguration) -> Void = { _ in },
    faults: (_ saved: @escaping @Sendable () -> Int) -> RunFaults, mend: () throws -> Void = {}
  ) throws -> any Error {
    var configuration = data.configuration(epochs: 4)
    configuration.workers = 3
    configuration.augment = .none
    change(&configuration)
    configuration.output = data.folder.path(of: "runs/whole")
    let whole = try data.train(configuration)

    configuration.output = data.folder.path(of: "runs/faulty")
    let observer = CheckpointCounter()
    let run = try TrainingRun(
      configuration: configuration, network: TinyData.network(), observer: observer,
      faults: faults { observer.done })
    let error = #expect(throws: (any Error).self) { try run.run() }
    #expect(observer.done == 3)
    try mend()
    var rest = RunConfiguration()
    rest.resume = configuration.output
    let resumed = try TrainingRun(configuration: rest, observer: Recorder()).run()
    #expect(resumed.weightsSHA256 == whole.weightsSHA256)
    return try #require(error)
  }

  private final class CheckpointCounter: RunObserver {
    private let checkpoints = Atomic(0)
    var done: Int { checkpoints.load(ordering: .acquiring) }
    func receive(_ event: RunEvent) {
      if case .checkpointSaved = event { checkpoints.add(1, ordering: .releasing) }
    }
  }

  private struct Broken: Error, Equatable {}

  @Test(.timeLimit(.minutes(1)), arguments: [WorkPhase.shards, .update, .scores, .state])
  func aWorkerThatFails(in failing: WorkPhase) throws {
    let error = try failure(
      of: TinyData(),
      faults: { saved in
        var faults = RunFaults()
        faults.phase = { phase, worker in
          if phase == failing && worker == 2 && saved() == 3 { throw Broken() }
        }
        return faults
      })
    #expect(error is Broken)
  }

  @Test(.timeLimit(.minutes(1))) func aKernelThatReportsAnError() throws {
    let kernel = KernelError(operation: "conv1 forward", status: 3)
    let error = try failure(
      of: TinyData(),
      faults: { saved in
        var faults = RunFaults()
        faults.phase = { phase, worker in
          if phase == .shards && saved() == 3 { throw kernel }
        }
        return faults
      })
    #expect("\(error)" == "\(kernel)")
  }

  @Test(.timeLimit(.minutes(1))) func anImageThatVanishes() throws {
    let data = try TinyData()
    let path = data.folder.path(of: "train/class1/4.png")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let error = try failure(
      of: data, { $0.onBadImage = .fail },
      faults: { saved in
        var faults = RunFaults()
        faults.image = { if $0.hasSuffix("train/class1/4.png") && saved() == 3 { unlink($0) } }
        return faults
      }, mend: { try bytes.write(to: URL(fileURLWithPath: path)) })
    guard case LoadingError.badImage(let image) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(image.path == path && image.reason.contains("no such"))
  }

  @Test(.timeLimit(.minutes(1))) func anImageThatCannotBePrepared() throws {
    let data = try TinyData()
    let path = data.folder.path(of: "train/class1/4.png")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // As long as the file that it replaces, which would else count as changed.
    let small = try ImageCodec.encodePNG(PixelBuffer(width: 4, height: 4, channels: 1))
    let padded = Data(small) + Data(count: bytes.count - small.count)
    let error = try failure(
      of: data, { $0.augment = .recipe(AugmentationRecipe { CenterCrop(ImageSize(width: 6, height: 6)) }) },
      faults: { saved in
        var faults = RunFaults()
        faults.image = { path in
          guard path.hasSuffix("train/class1/4.png") && saved() == 3 else { return }
          _ = FileManager.default.createFile(atPath: path, contents: padded)
        }
        return faults
      }, mend: { try bytes.write(to: URL(fileURLWithPath: path)) })
    guard case LoadingError.preparation(let named, let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(named == path && reason.contains("crop"))
  }
}
