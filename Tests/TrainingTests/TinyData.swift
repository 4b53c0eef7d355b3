import Foundation
import ImageCodecs
import Networks
import Pixels
import Synchronization
import TestSupport

@testable import Training

/// A small folder of images that a small network learns: class 0 is dark, class 1 bright, class 2 in between.
struct TinyData {
  let folder: TemporaryFolder

  /// - Parameter perClass: training images of each class; a third as many are held back as `test`.
  init(classes: Int = 3, perClass: Int = 9, side: Int = 8, withTest: Bool = true) throws {
    folder = try TemporaryFolder()
    for split in withTest ? ["train", "test"] : ["train"] {
      for label in 0..<classes {
        for index in 0..<(split == "train" ? perClass : perClass / 3) {
          let name = "\(split)/class\(label)/\(index).png"
          try folder.write(
            file: name, bytes: Self.image(label: label, seed: index + (split == "test" ? 100 : 0), side: side)
          )
        }
      }
    }
  }

  var path: String { folder.path }

  private static func image(label: Int, seed: Int, side: Int) throws -> [UInt8] {
    var pixels = PixelBuffer(width: side, height: side, channels: 1)
    let base = [20, 220, 120][label]
    for i in pixels.bytes.indices { pixels.bytes[i] = UInt8(base + (i * 7 + seed * 13) % 30) }
    return try ImageCodec.encodePNG(pixels)
  }

  /// A network small enough for debug builds, with dropout and batch norm.
  static func network(classes: Int = 3, side: Int = 8) -> Network {
    Network(input: .image(channels: 1, height: side, width: side), name: "tiny") {
      Conv2D(4, kernel: 3, padding: .same, bias: false)
      BatchNorm()
      ReLU()
      MaxPool(2)
      GlobalAveragePool()
      Dropout(0.2)
      Dense(classes)
    }
  }

  /// A configuration of a run on these data into a new folder beside them.
  func configuration(_ name: String = "run", epochs: Int = 2) -> RunConfiguration {
    var configuration = RunConfiguration(data: path)
    configuration.epochs = epochs
    configuration.batchSize = 8
    configuration.shards = 3
    configuration.workers = 1
    configuration.loaderThreads = 1
    configuration.output = folder.path(of: "runs/\(name)")
    return configuration
  }

  /// Trains with the tiny network.
  func train(_ configuration: RunConfiguration, _ observer: Recorder = Recorder()) throws -> RunResult {
    let run = try TrainingRun(configuration: configuration, network: Self.network(), observer: observer)
    observer.stop = { run.requestStop() }
    return try run.run()
  }
}

/// Keeps what a run says, and can stop it.
///
/// Ownership: `events` and `stop` are used on the run's thread, and by the test before and after the run.
final class Recorder: RunObserver, @unchecked Sendable {
  private(set) var events: [RunEvent] = []
  var stop: () -> Void = {}
  private let stopAt: RunPosition?

  /// - Parameter stopAt: requests a stop after this step (steps count from 1, epochs from 0), or at an epoch's end
  ///   with step 0.
  init(stopAt: RunPosition? = nil) {
    self.stopAt = stopAt
  }

  func receive(_ event: RunEvent) {
    events.append(event)
    switch event {
    case .progress(let step) where RunPosition(epoch: step.epoch - 1, step: step.step) == stopAt: stop()
    case .epochFinished(let report) where RunPosition(epoch: report.epoch, step: 0) == stopAt: stop()
    default: break
    }
  }

  var warnings: [RunWarning] {
    events.compactMap { if case .warning(let warning) = $0 { warning } else { nil } }
  }
}
