import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// The promises of design.md: the same weights for any number of workers and loader threads, and over a stop.
@Suite struct ReproducibilityTests {
  private static let reference = Result {
    let data = try TinyData()
    return try data.train(data.configuration()).weightsSHA256
  }

  @Test(arguments: [(1, 4), (2, 1), (3, 4)])
  func workersAndLoaderThreadsChangeNothing(workers: Int, loaderThreads: Int) throws {
    let data = try TinyData()
    var configuration = data.configuration()
    configuration.workers = workers
    configuration.loaderThreads = loaderThreads
    #expect(try data.train(configuration).weightsSHA256 == Self.reference.get())
  }

  @Test func workersBeyondTheShardsIdle() throws {
    let data = try TinyData()
    let runs = try (1...7).map { workers in
      var configuration = data.configuration("\(workers) workers")
      configuration.shards = 4
      configuration.workers = workers
      let recorder = Recorder()
      return (try data.train(configuration, recorder).weightsSHA256, recorder.warnings)
    }
    #expect(Set(runs.map(\.0)).count == 1)
    for (workers, (_, warnings)) in zip(1..., runs) {
      let expected =
        workers > 4 ? [RunWarning.idleWorkers(workers: workers, shards: 4, isResumed: false)] : []
      #expect(warnings == expected)
    }
  }

  @Test func synchronizedBatchNormGivesOtherWeightsForAnyNumberOfWorkers() throws {
    let data = try TinyData()
    var one = data.configuration("one")
    one.syncBatchNorm = true
    let expected = try data.train(one).weightsSHA256
    #expect(try expected != Self.reference.get())

    var two = data.configuration("two")
    two.syncBatchNorm = true
    two.workers = 2
    _ = try data.train(two, Recorder(stopAt: RunPosition(epoch: 1, step: 1)))
    // Resumed by three workers: the checkpoint knows what batch norms are over.
    var three = RunConfiguration()
    three.resume = two.output
    three.workers = 3
    let result = try TrainingRun(configuration: three, observer: Recorder()).run()
    #expect(result.weightsSHA256 == expected)
  }

  @Test func theSeedChangesTheWeights() throws {
    let data = try TinyData()
    var configuration = data.configuration()
    configuration.seed = 1
    #expect(try data.train(configuration).weightsSHA256 != Self.reference.get())
  }

  @Test(arguments: [
    RunPosition(epoch: 0, step: 2), RunPosition(epoch: 1, step: 0), RunPosition(epoch: 1, step: 1),
    RunPosition(epoch: 1, step: 4), RunPosition(epoch: 2, step: 0),
  ])
  func aStopAndAResumeChangeNothing(position: RunPosition) throws {
    let data = try TinyData()
    let configuration = data.configuration()
    let stopped = try data.train(configuration, Recorder(stopAt: position))
    let isAtEnd = position.epoch == 2
    #expect(stopped.outcome == (isAtEnd ? .completed : .stopped))
    #expect(stopped.position == position)

    var resumed = RunConfiguration()
    resumed.resume = configuration.output
    resumed.workers = 2
    let recorder = Recorder()
    let result = try TrainingRun(configuration: resumed, observer: recorder).run()
    #expect(result.outcome == .completed)
    #expect(try result.weightsSHA256 == Self.reference.get())
    guard case .started(let summary) = recorder.events.first else {
      Issue.record("a run begins with its summary")
      return
    }
    #expect(summary.resumedAt == position)
  }

  /// Their moments are in the checkpoint.
  @Test(arguments: [OptimizerName.lars, .lamb])
  func everyOptimizerLearnsAndResumes(optimizer: OptimizerName) throws {
    let data = try TinyData()
    let digests = try [nil, RunPosition(epoch: 1, step: 2)].map { stop in
      var configuration = data.configuration(stop == nil ? "whole" : "parts", epochs: 5)
      configuration.optimizer = optimizer
      configuration.learningRate = optimizer == .lars ? 0.2 : 0.05
      if optimizer == .lars { configuration.trustCoefficient = 0.1 }
      configuration.schedule = .constant(Constant())
      let recorder = Recorder(stopAt: stop)
      let result = try data.train(configuration, recorder)
      guard stop != nil else {
        let losses = recorder.events.compactMap {
          if case .epochFinished(let report) = $0 { report.trainingLoss } else { nil }
        }
        #expect(losses[4] < losses[0])
        return result.weightsSHA256
      }
      var resumed = RunConfiguration()
      resumed.resume = configuration.output
      resumed.workers = 3
      return try TrainingRun(configuration: resumed, observer: Recorder()).run().weightsSHA256
    }
    #expect(digests[0] == digests[1])
  }

  @Test func anInterruptedEpochReportsTheSame() throws {
    let data = try TinyData()
    let whole = try data.train(data.configuration("whole"))
    _ = try data.train(data.configuration("parts"), Recorder(stopAt: RunPosition(epoch: 1, step: 2)))
    var resumed = RunConfiguration()
    resumed.resume = data.configuration("parts").output
    let parts = try TrainingRun(configuration: resumed, observer: Recorder()).run()
    #expect(parts.last?.trainingLoss == whole.last?.trainingLoss)
    #expect(parts.last?.trainingAccuracy == whole.last?.trainingAccuracy)
    #expect(parts.last?.validation == whole.last?.validation)
    #expect(parts.best?.epoch == whole.best?.epoch)
  }

  @Test func theDigestKnowsNamesShapesAndValues() {
    let tensor = Tensor(name: "a", shape: [2, 1], values: [1, 2])
    let reference = WeightsDigest.sha256(of: [tensor])
    #expect(reference == WeightsDigest.sha256(of: [tensor]))
    #expect(reference.count == 64)
    for other in [
      Tensor(name: "b", shape: [2, 1], values: [1, 2]), Tensor(name: "a", shape: [1, 2], values: [1, 2]),
      Tensor(name: "a", shape: [2, 1], values: [1, -2]),
    ] {
      #expect(WeightsDigest.sha256(of: [other]) != reference)
    }
  }
}
