import Foundation
import Testing

@testable import Training

@Suite struct WorkerVerifierTests {
  private let data: TinyData

  init() throws { data = try TinyData() }

  private func verifier(
    _ workers: [Int] = [1, 3, 5], steps: Int = 3, _ change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> WorkerVerifier {
    var configuration = RunConfiguration(data: data.path)
    configuration.batchSize = 8
    configuration.shards = 4
    change(&configuration)
    return try WorkerVerifier(
      configuration: configuration, network: TinyData.network(), workers: workers, steps: steps)
  }

  @Test(arguments: [1, 3, 9], [1, 2])
  func workersChangeNothing(steps: Int, accumulate: Int) throws {
    let verification = try verifier(steps: steps) { $0.accumulate = accumulate }.run()
    #expect(verification.isEqual)
    #expect(verification.trials.map(\.workers) == [1, 3, 5])
    #expect(verification.trials.map(\.loaderThreads) == [1, 2, 3])
    #expect(verification.images % 8 == 5, "the last batch is a partial one")
    #expect(verification.steps == steps && verification.shards == 4)
  }

  /// A worker count that computed something else would be found out, step and tensor.
  @Test func namesTheStepAndTensorThatDiffer() throws {
    var verifier = try verifier()
    verifier.beforeStep = { trial, step, session in
      guard trial == 1, step == 1 else { return }
      var state = try session.replicas.state()
      state[state.count - 1].values[0] += 1
      try session.replicas.load(state: state)
    }
    let verification = try verifier.run()
    #expect(!verification.isEqual)
    #expect(verification.trials.map { $0.parting?.step } == [nil, 2, nil])
    let last = try TinyData.network().parameters().map(\.name).last
    #expect(verification.trials[1].parting?.columns.contains(last ?? "") == true)
    #expect(verification.trials[1].weightsSHA256 != verification.trials[0].weightsSHA256)
  }

  @Test func leavesNothingBehind() throws {
    _ = try verifier([1, 2], steps: 1).run()
    let names = try FileManager.default.contentsOfDirectory(atPath: data.path)
    #expect(names.sorted() == ["test", "train"])
  }

  @Test(arguments: [([1], 1, "workers 1"), ([0, 1], 1, "workers 0,1"), ([1, 2], 0, "steps 0")])
  func refusesImpossibleValues(workers: [Int], steps: Int, start: String) throws {
    let error = #expect(throws: TrainingError.self) { try verifier(workers, steps: steps) }
    #expect("\(try #require(error))".hasPrefix(start))
  }
}
