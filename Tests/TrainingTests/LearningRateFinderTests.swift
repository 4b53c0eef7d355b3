import Foundation
import Networks
import Testing

@testable import Training

@Suite struct LearningRateFinderTests {
  private let data: TinyData

  init() throws { data = try TinyData() }

  /// Without dropout, so that a few steps show something.
  private static var network: Network {
    Network(input: .image(channels: 1, height: 8, width: 8), name: "tiny") {
      Conv2D(4, kernel: 3, padding: .same, bias: false)
      BatchNorm()
      ReLU()
      GlobalAveragePool()
      Dense(3)
    }
  }

  private func finder(
    steps: Int = 80, from: Double? = nil, to: Double? = nil,
    _ change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> LearningRateFinder {
    var configuration = RunConfiguration(data: data.path)
    configuration.batchSize = 27
    configuration.shards = 3
    configuration.loaderThreads = 1
    configuration.augment = .none
    change(&configuration)
    return try LearningRateFinder(
      configuration: configuration, network: Self.network,
      sweep: LearningRateSweep(for: configuration.optimizer, from: from, to: to, steps: steps))
  }

  @Test(arguments: OptimizerName.allCases)
  func everyOptimizerHasARate(optimizer: OptimizerName) throws {
    let test = try finder { $0.optimizer = optimizer }.run(observer: Recorder())
    let usual = optimizer.usualLearningRate
    let rate = try #require(test.recommended?.learningRate, "\(test.reason ?? "")")
    #expect((usual / 1000...usual * 1000).contains(rate))
    #expect(test.points.first?.learningRate == usual / 10_000)
  }

  @Test(arguments: [1, 2])
  func workersChangeNothing(accumulate: Int) throws {
    let tests = try [1, 2, 5].map { workers in
      try finder {
        $0.workers = workers
        $0.loaderThreads = workers
        $0.accumulate = accumulate
      }.run(observer: Recorder())
    }
    #expect(tests[0] == tests[1] && tests[0] == tests[2])
  }

  /// The steps are those of training: without a rise of the rate the losses are those of a run.
  @Test func stepsAreThoseOfARun() throws {
    let (losses, _) = try finder(steps: 20, from: 0.05, to: 0.0500000000001).losses(Recorder())
    var configuration = data.configuration(epochs: 20)
    configuration.batchSize = 27
    configuration.augment = .none
    configuration.learningRate = 0.05
    configuration.schedule = .constant(Constant())
    let result = try TrainingRun(configuration: configuration, network: Self.network, observer: Recorder())
      .run()
    let rows = try String(contentsOfFile: result.output + "/steps.csv", encoding: .utf8).split(
      separator: "\n")
    #expect(losses.map { "\($0.loss)" } == rows.dropFirst().map { "\($0.split(separator: ",")[2])" })
  }

  @Test func aScaledRateIsThatOfTheFlag() throws {
    let plain = try finder().run(observer: Recorder())
    let scaled = try finder(from: 1e-5 * 32, to: 100 * 32) {
      $0.learningRateScaling = .linear
      $0.baseBatchSize = 864
    }.run(observer: Recorder())
    #expect(scaled.points.map(\.loss) == plain.points.map(\.loss))
  }

  @Test func leavesNothingBehind() throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: FileManager.default.currentDirectoryPath)
    _ = try finder().run(observer: Recorder())
    #expect(try FileManager.default.contentsOfDirectory(atPath: data.path).sorted() == ["test", "train"])
    let after = try FileManager.default.contentsOfDirectory(atPath: FileManager.default.currentDirectoryPath)
    #expect(before.sorted() == after.sorted())
  }

  @Test func startsFromWeightsAndLeavesThemAlone() throws {
    let result = try TrainingRun(
      configuration: data.configuration(epochs: 1), network: Self.network, observer: Recorder()
    ).run()
    let model = try #require(result.lastModel)
    let before = FileManager.default.contents(atPath: model)
    let folder = try FileManager.default.subpathsOfDirectory(atPath: result.output)
    let test = try finder {
      $0.weights = model
      $0.freeze = "0"
      $0.unfreezeAt = nil
    }.run(observer: Recorder())
    #expect(test.points.count > 20)
    #expect(FileManager.default.contents(atPath: model) == before)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: result.output) == folder)
  }

  @Test func divergingAtOnceIsSaid() throws {
    let test = try finder(from: 1e30, to: 1e38).run(observer: Recorder())
    #expect(test.ending == .diverged && test.points.count < 5)
    #expect(test.reason?.contains("begin lower with --from") == true)
  }

  @Test func doesNotGoOnWithARun() {
    let error = #expect(throws: TrainingError.self) { try finder { $0.resume = "runs/one" } }
    #expect(
      error.map { "\($0)" }
        == "resume runs/one: a range test starts anew; weights names a model to start from")
  }
}
