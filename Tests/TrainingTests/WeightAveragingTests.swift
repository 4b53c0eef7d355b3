import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// Averages of the weights and snapshots in runs: against the states of the run's own checkpoints, over stops and for any
/// number of workers.
@Suite struct WeightAveragingTests {
  /// A run of all averages but snapshots, whose checkpoints of every epoch are kept.
  private static let reference = Result {
    let data = try TinyData()
    let recorder = Recorder()
    let configuration = Self.configuration(data, "reference")
    return (data: data, result: try data.train(configuration, recorder), events: recorder.events)
  }

  private static func configuration(_ data: TinyData, _ name: String) -> RunConfiguration {
    var configuration = data.configuration(name, epochs: 4)
    configuration.averaging.ema = 0.8
    configuration.averaging.swaFrom = 2
    configuration.averaging.swaLearningRate = 0.03
    configuration.keepCheckpoints = 100
    return configuration
  }

  private static func digests(_ result: RunResult) throws -> [String] {
    let averages = try #require(result.averages)
    return [
      result.weightsSHA256, try #require(averages.ema).weightsSHA256,
      try #require(averages.swa).weightsSHA256,
    ]
  }

  /// By `generate_averaging.py`: PyTorch's `AveragedModel`.
  @Test func theFormulasArePyTorchs() throws {
    let text = try String(contentsOfFile: Fixtures.path("averages.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").map { $0.split(separator: ",").compactMap { Float($0) } }
    #expect(rows.count == 20)
    var (ema, mean) = (rows[0][0], RunningMean())
    for (step, row) in rows.enumerated() {
      if step > 0 { ema += (1 - 0.9) * (row[0] - ema) }
      mean.add([Tensor(name: "w", shape: [1], values: [row[0]])])
      #expect(abs(ema - row[1]) <= 1e-5 * max(0.1, abs(row[1])))
      #expect(abs(mean.tensors[0].values[0] - row[2]) <= 1e-5 * max(0.1, abs(row[2])))
    }
  }

  @Test(arguments: [2, 3])
  func workersChangeNothing(workers: Int) throws {
    let data = try TinyData()
    var configuration = Self.configuration(data, "workers")
    configuration.workers = workers
    configuration.loaderThreads = workers
    #expect(try Self.digests(data.train(configuration)) == Self.digests(Self.reference.get().result))
  }

  @Test(arguments: [
    RunPosition(epoch: 0, step: 1), RunPosition(epoch: 1, step: 2), RunPosition(epoch: 2, step: 0),
    RunPosition(epoch: 3, step: 2),
  ])
  func aStopAndAResumeChangeNothing(position: RunPosition) throws {
    let data = try TinyData()
    let configuration = Self.configuration(data, "stopped")
    let stopped = try data.train(configuration, Recorder(stopAt: position))
    #expect(stopped.outcome == .stopped && stopped.averages == nil)
    var resumed = RunConfiguration()
    resumed.resume = configuration.output
    resumed.workers = 2
    let result = try TrainingRun(configuration: resumed, observer: Recorder()).run()
    let reference = try Self.reference.get().result
    #expect(try Self.digests(result) == Self.digests(reference))
    #expect(
      result.last?.ema == reference.last?.ema && result.averages?.swa?.score == reference.averages?.swa?.score
    )
  }

  @Test func theMeanIsThatOfTheEpochsEnds() throws {
    let (data, result, _) = try Self.reference.get()
    let checkpoints = RunFolder(path: result.output).checkpoints.entries().sorted { $0.step < $1.step }
    let states = try checkpoints.map { try Checkpoint(readingFrom: $0.path) }
      .filter { $0.facts.progress.position.epoch >= 2 }.map(\.state)
    #expect(states.count == 3)
    let swa = try #require(result.averages?.swa)
    let model = try ModelFile.load(swa.model)
    #expect(swa.epochs == 3 && WeightsDigest.sha256(of: model.state) == swa.weightsSHA256)
    for (index, tensor) in model.state.enumerated() {
      let values = states.map { $0[index].values }
      let mean = tensor.values.indices.map { place in values.reduce(Float(0)) { $0 + $1[place] } / 3 }
      let isMean = zip(tensor.values, mean).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }
      // Running statistics are taken anew from the images.
      #expect(isMean != tensor.name.contains("running"), "\(tensor.name)")
    }
    #expect(try Evaluator(model: swa.model).evaluate(data: data.path).score.top1 == swa.score?.top1)
  }

  @Test func theAverageIsScoredBesideTheWeights() throws {
    let (data, result, events) = try Self.reference.get()
    let reports = events.compactMap { if case .epochFinished(let report) = $0 { report } else { nil } }
    #expect(reports.allSatisfy { $0.ema?.count == 9 } && reports[0].isBestEMA == true)
    let averages = try #require(result.averages)
    let ema = try #require(averages.ema)
    let score = try Evaluator(model: ema.model).evaluate(data: data.path).score
    #expect(score.top1 == reports[3].ema?.top1 && abs(score.loss - (reports[3].ema?.loss ?? .nan)) < 1e-5)
    let best = try #require(reports.last { $0.isBestEMA == true })
    let ofBest = try Evaluator(model: try #require(averages.bestEMA)).evaluate(data: data.path).score
    #expect(ofBest.top1 == best.ema?.top1 && abs(ofBest.loss - (best.ema?.loss ?? .nan)) < 1e-5)
    let log = try String(contentsOfFile: RunFolder(path: result.output).log, encoding: .utf8)
    let lines = log.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(lines[0].suffix(3) == ["ema_loss", "ema_top1", "ema_top5"])
    #expect(lines.allSatisfy { $0.count == lines[0].count })
    #expect(lines[4].suffix(2).first == "\(reports[3].ema?.top1 ?? .nan)")
    #expect(reports.map(\.learningRate).suffix(3) == [0.03, 0.03, 0.03])
  }

  @Test func theSummaryCountsTheirMemory() throws {
    for case .started(let summary) in try Self.reference.get().events {
      #expect(summary.memory.averages > summary.memory.moments)
    }
  }

  @Test func aSnapshotIsTheModelAtACyclesEnd() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 3)
    configuration.averaging.snapshots = 3
    configuration.learningRate = 0.1
    configuration.keepCheckpoints = 100
    configuration.checkpointEvery = .steps(1)
    let result = try data.train(configuration)
    let folder = RunFolder(path: result.output)
    let paths = (1...3).map { folder.snapshot($0) }
    #expect(result.averages?.snapshots == paths)
    let states = try paths.map { try ModelFile.load($0).state }
    let ends = try folder.checkpoints.entries().sorted { $0.step < $1.step }
      .filter { [4, 8, 12].contains($0.step) }.map { try Checkpoint(readingFrom: $0.path).state }
    #expect(ends.count == 3 && states == ends)
    #expect(try states[2] == ModelFile.load(folder.last).state && states[0] != states[1])
    // Huang et al., equation 1, with 4 steps a cycle.
    let rows = try String(contentsOfFile: folder.steps, encoding: .utf8).split(separator: "\n")
    let column = try #require(rows[0].split(separator: ",").firstIndex(of: "lr"))
    for (step, row) in rows.dropFirst().enumerated() {
      let rate = Double(row.split(separator: ",")[column]) ?? .nan
      #expect(abs(rate - 0.05 * (cos(.pi * Double(step % 4) / 4) + 1)) < 1e-9)
    }
  }

  /// Of 12 steps in two cycles the first ends within the second epoch.
  @Test func cyclesMayEndWithinAnEpochAndRunsMayStopThere() throws {
    let data = try TinyData()
    let states = try [nil, RunPosition(epoch: 1, step: 2), RunPosition(epoch: 2, step: 1)].map { position in
      var configuration = data.configuration(position.map { "\($0)" } ?? "whole", epochs: 3)
      configuration.averaging.snapshots = 2
      var result = try data.train(configuration, Recorder(stopAt: position))
      if position != nil {
        var resumed = RunConfiguration()
        resumed.resume = configuration.output
        resumed.workers = 3
        result = try TrainingRun(configuration: resumed, observer: Recorder()).run()
      }
      #expect(result.averages?.snapshots.count == 2)
      return try (result.averages?.snapshots ?? []).map { try ModelFile.load($0).state }
    }
    #expect(states[0][0] != states[0][1] && states[1] == states[0] && states[2] == states[0])
  }

  @Test func layersThatAreUnfrozenJoinTheAverage() throws {
    let data = try TinyData()
    let digests = try [1, 2].map { workers in
      var configuration = Self.configuration(data, "unfrozen \(workers)")
      configuration.freeze = "0"
      configuration.unfreezeAt = Unfreezing("3")
      configuration.workers = workers
      return try Self.digests(data.train(configuration))
    }
    #expect(digests[0] == digests[1])
  }

  @Test(
    "what excludes each other",
    arguments: [
      (#""ema": 1"#, "ema 1.0: must be above 0 and below 1, such as 0.999"),
      (#""swa-from": 11"#, "swa-from 11: must be an epoch of the run, from 1 to 10"),
      (#""swa-from": 0"#, "swa-from 0: must be an epoch of the run, from 1 to 10"),
      (#""swa-lr": 0.1"#, "swa-lr 0.1: needs swa-from"),
      (
        #""snapshots": 2, "swa-from": 2, "swa-lr": 0.1"#,
        "swa-lr 0.1: excludes snapshots, whose cycles the learning rate must end"
      ),
      (
        #""snapshots": 11"#,
        "snapshots 11: must be from 1 to the number of epochs (10), so that a cycle has an epoch"
      ),
      (
        #""snapshots": 2, "schedule": "constant""#,
        "snapshots 2: needs the schedule cosine-warm-restarts, whose cycles it counts, and not constant"
      ),
      (
        #""snapshots": 2, "schedule": {"name": "cosine-warm-restarts", "t0": 3}"#,
        "snapshots 2: sets the length of the cycles: leave the schedule's t0 out"
      ),
    ])
  func badInput(options: String, message: String) throws {
    let configuration = try MetadataJSON.value(
      RunConfiguration.self, from: #"{"data": "data", \#(options)}"#)
    let error = #expect(throws: TrainingError.self) { try configuration.validate() }
    #expect("\(try #require(error))" == message)
  }
}
