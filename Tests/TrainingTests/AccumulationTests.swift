import Foundation
import Testing

@testable import Training

/// Runs whose steps take several batches. The data are 24 images, or 27 where an epoch's last step has fewer.
@Suite struct AccumulationTests {
  private func configuration(
    _ data: TinyData, _ name: String, batch: Int, shards: Int, accumulate: Int
  ) -> RunConfiguration {
    var configuration = data.configuration(name)
    configuration.batchSize = batch
    configuration.shards = shards
    configuration.accumulate = accumulate
    return configuration
  }

  /// Three images a shard either way, and as many steps; also with the learning rate scaled by the step's images.
  @Test(arguments: [LearningRateScaling.none, .linear])
  func aStepOfSmallBatchesIsOneOfALargeBatch(scaling: LearningRateScaling) throws {
    let data = try TinyData(perClass: 8)
    let digests = try [(6, 2, 2), (12, 4, 1), (3, 1, 4)].map { batch, shards, accumulate in
      var configuration = configuration(
        data, "\(batch)", batch: batch, shards: shards, accumulate: accumulate)
      configuration.learningRateScaling = scaling
      configuration.warmupEpochs = 0.5
      return try data.train(configuration).weightsSHA256
    }
    #expect(Set(digests).count == 1)
  }

  @Test func theLastStepTakesWhatIsLeft() throws {
    let data = try TinyData()
    let recorder = Recorder()
    let result = try data.train(
      configuration(data, "run", batch: 8, shards: 2, accumulate: 3), recorder)
    // 27 images are four batches: a step of three, and one of the last three images.
    let steps = recorder.events.compactMap { if case .progress(let step) = $0 { step } else { nil } }
    #expect(steps.map(\.step) == [1, 2, 1, 2])
    #expect(steps.allSatisfy { $0.stepsPerEpoch == 2 })
    #expect(result.last?.trainingImages == 27)
    guard case .started(let summary) = recorder.events.first else {
      Issue.record("a run begins with its summary")
      return
    }
    #expect(summary.accumulate == 3 && summary.stepsPerEpoch == 2)
  }

  /// Three images are left for an epoch's last step, no more than shards either way: the cut is the same.
  @Test func aShortLastStepIsTheSameWhereItsShardsAre() throws {
    let data = try TinyData()
    let small = try data.train(configuration(data, "small", batch: 6, shards: 3, accumulate: 2))
    let large = try data.train(configuration(data, "large", batch: 12, shards: 6, accumulate: 1))
    #expect(small.weightsSHA256 == large.weightsSHA256)
  }

  @Test(arguments: [
    RunPosition(epoch: 0, step: 1), RunPosition(epoch: 0, step: 2), RunPosition(epoch: 1, step: 1),
  ])
  func aStopAndAResumeChangeNothing(position: RunPosition) throws {
    let data = try TinyData()
    let whole = try data.train(configuration(data, "whole", batch: 8, shards: 2, accumulate: 3))
    let parts = configuration(data, "parts", batch: 8, shards: 2, accumulate: 3)
    let stopped = try data.train(parts, Recorder(stopAt: position))
    #expect(stopped.position == position)
    var resumed = RunConfiguration()
    resumed.resume = parts.output
    resumed.workers = 2
    let result = try TrainingRun(configuration: resumed, observer: Recorder()).run()
    #expect(result.weightsSHA256 == whole.weightsSHA256)
    #expect(result.last?.trainingLoss == whole.last?.trainingLoss)
  }
}
