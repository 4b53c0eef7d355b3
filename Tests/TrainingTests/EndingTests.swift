import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// What ends a run before its last epoch, and that all of it survives a stop.
@Suite struct EndingTests {
  @Test(arguments: [
    ("1s", 1), ("90s", 90), ("10m", 600), ("1h", 3600), ("1h30m", 5400), ("2h5s", 7205), ("90m", 5400),
  ])
  func timesHaveATextForm(text: String, seconds: Int) throws {
    let time = try #require(TimeBudget(text))
    #expect(time.seconds == seconds && TimeBudget("\(time)") == time)
    #expect(try MetadataJSON.value(TimeBudget.self, from: MetadataJSON.text(time)) == time)
  }

  @Test(arguments: ["", "0s", "10", "m", "-1m", "1.5h", "10 m", "5m1h", "99999999h", "10min"])
  func refusesOtherTimes(text: String) { #expect(TimeBudget(text) == nil) }

  @Test(arguments: [
    (#"{"epochs":0}"#, "epochs 0: must be at least 1"),
    (#"{"epochs":9000000000000}"#, "epochs 9000000000000"),
    (#"{"target-accuracy":93}"#, "target-accuracy 93.0: must be above 0, and at most 1; 93% is 0.93"),
    (#"{"target-accuracy":0}"#, "target-accuracy 0.0"), (#"{"early-stopping":0}"#, "early-stopping 0"),
    (#"{"early-stopping-metric":"loss"}"#, "early-stopping-metric loss: needs early-stopping"),
    (#"{"early-stopping-min-delta":0.1}"#, "early-stopping-min-delta 0.1: needs early-stopping"),
    (
      #"{"early-stopping":2,"early-stopping-min-delta":-1}"#,
      "early-stopping-min-delta -1.0: must be 0 or more"
    ),
    (#"{"time":"10m","warmup-epochs":-1}"#, "warmup-epochs -1.0: must be from 0"),
  ])
  func refusesImpossibleValues(text: String, start: String) throws {
    var configuration = try MetadataJSON.value(RunConfiguration.self, from: text)
    configuration.data = "a"
    let error = #expect(throws: TrainingError.self) { try configuration.validate() }
    #expect("\(try #require(error))".hasPrefix(start))
  }

  @Test func epochsAreUsualUnlessThereIsATime() throws {
    var configuration = RunConfiguration(data: "a")
    #expect(configuration.epochs == 10 && configuration.resolved(processors: 1).budget.epochs == 10)
    configuration.budget.time = TimeBudget("10m")
    try configuration.validate()
    #expect(configuration.epochs == RunBudget.mostEpochs)
    #expect(configuration.resolved(processors: 1).budget.epochs == nil)
    configuration.warmupEpochs = 20
    try configuration.validate()
    configuration.epochs = 3
    #expect(configuration.resolved(processors: 1).budget.epochs == 3)
  }

  // MARK: Early stopping

  @Test(arguments: [
    // The first is the best; an equal value is no better.
    (MonitoredMetric.loss, 2, 0.0, [1, 1, 1], 3 as Int?), (.loss, 2, 0, [1, 0.9, 0.95, 0.91, 0.8], 4),
    (.loss, 2, 0.1, [1, 0.95, 0.85, 0.8, 0.78], 5), (.accuracy, 1, 0, [0.5, 0.6, 0.6], 3),
    (.accuracy, 3, 0.05, [0.5, 0.54, 0.53, 0.56, 0.57, 0.58, 0.6], 7),
    (.trainingLoss, 1, 0, [3, 2, 1, 0.5], nil),
  ])
  func waitsForItsPatience(
    metric: MonitoredMetric, patience: Int, delta: Double, values: [Double], end: Int?
  ) throws {
    var rule = EarlyStopping()
    (rule.patience, rule.metric, rule.minDelta) = (patience, metric, delta)
    var state = EarlyStoppingState()
    var found: Int?
    for (index, value) in values.enumerated() where found == nil {
      state = try MetadataJSON.value(EarlyStoppingState.self, from: MetadataJSON.text(state))
      if state.observe(value, rule) { found = index + 1 }
    }
    #expect(found == end)
  }

  private func stopping(_ data: TinyData, _ name: String) -> RunConfiguration {
    var configuration = data.configuration(name, epochs: 12)
    configuration.learningRate = 0.5
    configuration.schedule = .constant(Constant())
    configuration.earlyStopping.patience = 2
    configuration.earlyStopping.metric = .loss
    return configuration
  }

  @Test func theLastModelHasTheBestWeights() throws {
    let data = try TinyData()
    let recorder = Recorder()
    let result = try data.train(stopping(data, "whole"), recorder)
    #expect(result.outcome == .completed && result.end == .earlyStopping)
    let losses = recorder.reports.compactMap { $0.validation?.loss }
    let best = try #require(result.best)
    #expect(losses.count == result.position.epoch && losses.count < 12)
    #expect(best.validation?.loss == losses.min() && best.epoch == losses.count - 2)
    #expect(result.restoredEpoch == best.epoch)
    let folder = RunFolder(path: result.output)
    let (last, file) = (try ModelFile.load(folder.last), try ModelFile.load(folder.best))
    #expect(last.state == file.state && WeightsDigest.sha256(of: last.state) == result.weightsSHA256)
  }

  @Test func withoutValidationImagesAPartOfTheTrainingImagesIsTaken() throws {
    let data = try TinyData(withTest: false)
    let recorder = Recorder()
    var configuration = stopping(data, "taken")
    configuration.epochs = 2
    _ = try data.train(configuration, recorder)
    #expect(recorder.warnings == [.validationTaken(share: 0.1, for: "early-stopping")])
    #expect(recorder.reports.allSatisfy { ($0.validation?.count ?? 0) >= 3 })
    // Who says so gets the same, and hears nothing; who watches the training loss needs none.
    configuration.output = data.folder.path(of: "runs/stated")
    configuration.validationSplit = 0.1
    let stated = Recorder()
    _ = try data.train(configuration, stated)
    #expect(stated.warnings.isEmpty && stated.reports.last?.validation == recorder.reports.last?.validation)
    configuration.output = data.folder.path(of: "runs/training")
    configuration.validationSplit = nil
    configuration.earlyStopping.metric = .trainingLoss
    let training = Recorder()
    _ = try data.train(configuration, training)
    #expect(training.warnings == [.noValidation])
  }

  @Test func earlyStoppingAndThePlateauSurviveAStop() throws {
    let data = try TinyData()
    func configuration(_ name: String) throws -> RunConfiguration {
      var configuration = stopping(data, name)
      configuration.earlyStopping.patience = 4
      configuration.schedule = try Schedule(
        text: "{name: reduce-on-plateau, patience: 0, factor: 0.3, cooldown: 1, metric: loss}")
      configuration.warmupEpochs = 1
      return configuration
    }
    let recorder = Recorder()
    let whole = try data.train(configuration("whole"), recorder)
    let rates = recorder.reports.map(\.learningRate)
    #expect(Set(rates.dropFirst()).count > 1, "the plateau has moved the rate")
    for stop in [RunPosition(epoch: whole.position.epoch - 2, step: 2), RunPosition(epoch: 4, step: 0)] {
      let parts = try configuration("parts\(stop.epoch)")
      _ = try data.train(parts, Recorder(stopAt: stop))
      var resumed = RunConfiguration()
      resumed.resume = parts.output
      resumed.workers = 2
      let result = try TrainingRun(configuration: resumed, observer: Recorder()).run()
      #expect(result.weightsSHA256 == whole.weightsSHA256 && result.end == whole.end)
      #expect(result.position == whole.position && result.restoredEpoch == whole.restoredEpoch)
    }
  }

  @Test func aFinishedRunStaysFinished() throws {
    let data = try TinyData()
    let configuration = stopping(data, "run")
    let result = try data.train(configuration)
    var again = RunConfiguration()
    again.resume = configuration.output
    let second = try TrainingRun(configuration: again, observer: Recorder()).run()
    #expect(second.weightsSHA256 == result.weightsSHA256 && second.end == .earlyStopping)
    // With more patience it goes on.
    again.earlyStopping.patience = 3
    again.allowChange = true
    let third = try TrainingRun(configuration: again, observer: Recorder()).run()
    #expect(third.position.epoch > result.position.epoch)
  }

  @Test func theTargetEndsTheRunWithTheEpochsOwnWeights() throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 12)
    configuration.learningRate = 0.5
    configuration.schedule = .constant(Constant())
    configuration.budget.targetAccuracy = 0.6
    let recorder = Recorder()
    let result = try data.train(configuration, recorder)
    let scores = recorder.reports.compactMap { $0.validation?.top1 }
    #expect(result.end == .targetAccuracy && result.outcome == .completed && result.restoredEpoch == nil)
    #expect((scores.last ?? 0) >= 0.6 && scores.dropLast().allSatisfy { $0 < 0.6 })
  }

  // MARK: Time

  /// A run whose steps take a second each and whose epochs end in two more; the tiny data have 4 steps an epoch.
  private func train(
    _ data: TinyData, _ configuration: RunConfiguration, _ recorder: Recorder = Recorder()
  ) throws -> RunResult {
    var faults = RunFaults()
    faults.elapsed = { work in
      switch work {
      case .steps: 1
      case .epochEnd: 2
      case .checkpoint: 0
      }
    }
    let isNew = configuration.resume == nil
    let run = try TrainingRun(
      configuration: configuration, network: isNew ? TinyData.network() : nil, observer: recorder,
      faults: faults)
    recorder.stop = { run.requestStop() }
    return try run.run()
  }

  private func timed(_ data: TinyData, _ time: String, _ name: String = "run") -> RunConfiguration {
    var configuration = data.configuration(name)
    configuration.budget.epochs = nil
    configuration.budget.time = TimeBudget(time)
    return configuration
  }

  /// Two epochs take 12 s; with 19 s there are 5 more, of which the last epoch's end takes 2.
  @Test(arguments: [("12s", 2, 4, 12), ("19s", 3, 4, 18), ("15s", 3, 1, 15), ("17s", 3, 3, 17)])
  func endsWhereTheTimeDoes(time: String, epochs: Int, steps: Int, seconds: Int) throws {
    let data = try TinyData()
    let recorder = Recorder()
    let result = try train(data, timed(data, time), recorder)
    #expect(result.end == .time && result.position == RunPosition(epoch: epochs, step: 0))
    let last = recorder.steps.last
    #expect(last?.epoch == epochs && last?.step == steps && last?.epochs == nil)
    #expect(recorder.reports.allSatisfy { $0.validation != nil })
    // 6 s an epoch.
    #expect((epochs - 1) * 6 + steps + 2 == seconds)
  }

  @Test func theScheduleFitsItselfToTheTime() throws {
    let data = try TinyData()
    var configuration = timed(data, "50s")
    configuration.schedule = .cosine(Cosine())
    let recorder = Recorder()
    _ = try train(data, configuration, recorder)
    let rates = recorder.steps.map(\.learningRate)
    #expect(rates.first == 0.1 && zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
    // In the middle of the time it is half the peak, at the end next to nothing.
    #expect(abs(rates[rates.count / 2] - 0.05) < 0.01)
    #expect((rates.last ?? 1) < 0.002)
  }

  @Test func epochsEndARunThatHasTimeLeft() throws {
    let data = try TinyData()
    var (timed, plain) = (timed(data, "1000s"), data.configuration("plain"))
    timed.epochs = 2
    for schedule in [Schedule.oneCycle(OneCycle()), .cosine(Cosine())] {
      (timed.schedule, plain.schedule) = (schedule, schedule)
      timed.output = data.folder.path(of: "runs/timed-\(schedule.name)")
      plain.output = data.folder.path(of: "runs/plain-\(schedule.name)")
      let result = try train(data, timed)
      #expect(try result.end == .epochs && result.weightsSHA256 == data.train(plain).weightsSHA256)
    }
  }

  @Test(arguments: [LearningRateInterval.step, .epoch])
  func theTimeUsedSurvivesAStop(interval: LearningRateInterval) throws {
    let data = try TinyData()
    var whole = timed(data, "33s", "whole")
    whole.learningRateInterval = interval
    let recorder = Recorder()
    let expected = try train(data, whole, recorder)
    if interval == .epoch {
      for epoch in 1...5 {
        #expect(Set(recorder.steps.filter { $0.epoch == epoch }.map(\.learningRate)).count == 1)
      }
    }
    var parts = whole
    parts.output = data.folder.path(of: "runs/parts")
    _ = try train(data, parts, Recorder(stopAt: RunPosition(epoch: 2, step: 3)))
    var resumed = RunConfiguration()
    resumed.resume = parts.output
    resumed.workers = 3
    let result = try train(data, resumed)
    #expect(result.weightsSHA256 == expected.weightsSHA256 && result.position == expected.position)
  }

  @Test(arguments: ["1s", "2s", "3s"])
  func aTimeTooShortForAnEpochIsSaid(time: String) throws {
    let data = try TinyData()
    let error = #expect(throws: TrainingError.self) { try train(data, timed(data, time)) }
    #expect(
      "\(try #require(error))"
        == "time \(time): is too short for one epoch: \(time.prefix(1)) of its 4 steps "
        + "took \(time); 5s would do")
  }

  // MARK: Schedules

  @Test(arguments: LearningRateInterval.allCases)
  func thePlottedCurveIsTheRunsOwn(interval: LearningRateInterval) throws {
    let data = try TinyData()
    var configuration = data.configuration(epochs: 3)
    configuration.learningRateInterval = interval
    configuration.schedule = .oneCycle(OneCycle(baseMomentum: 0.85, maxMomentum: 0.95))
    let curve = try TrainingRun(
      configuration: configuration, network: TinyData.network(), observer: Recorder()
    ).scheduleCurve()
    #expect(!FileManager.default.fileExists(atPath: configuration.output ?? ""))
    let recorder = Recorder()
    _ = try data.train(configuration, recorder)
    #expect(curve.points.map(\.learningRate) == recorder.steps.map(\.learningRate))
    #expect(curve.points.map(\.step) == Array(0..<12) && curve.points.allSatisfy { $0.momentum != nil })
  }

  @Test func aCurveThatDependsOnTheClockIsNotPlotted() throws {
    let data = try TinyData()
    let run = try TrainingRun(
      configuration: timed(data, "10m"), network: TinyData.network(), observer: Recorder())
    let error = #expect(throws: TrainingError.self) { try run.scheduleCurve() }
    #expect("\(try #require(error))".hasPrefix("time 10m: how many epochs it allows"))
  }
}

extension Recorder {
  var reports: [EpochReport] {
    events.compactMap { if case .epochFinished(let report) = $0 { report } else { nil } }
  }
  var steps: [StepProgress] {
    events.compactMap { if case .progress(let step) = $0 { step } else { nil } }
  }
}
