import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct RunComparisonTests {
  private let data: TinyData

  init() throws { data = try TinyData() }

  private func train(
    _ name: String, _ recorder: Recorder = Recorder(), _ change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> String {
    var configuration = data.configuration(name)
    change(&configuration)
    return try data.train(configuration, recorder).output
  }

  @Test func sameRunsAreEqualWhateverTheWorkers() throws {
    let (one, two) = (try train("one"), try train("two") { $0.workers = 3 })
    let comparison = try RunComparison(one, two)
    #expect(comparison.outcome == .equal && comparison.steps == 8 && comparison.parting == nil)
    #expect(comparison.weightsSHA256[0] != nil && comparison.weightsSHA256[0] == comparison.weightsSHA256[1])
    #expect(comparison.facts.map(\.name) == ["output", "workers"])
    #expect(comparison.facts.allSatisfy { !$0.matters })
  }

  @Test func namesTheFirstStepAndTensor() throws {
    let names = try TinyData.network().parameters().map(\.name)
    let (one, two) = (try train("one"), try train("two") { $0.seed = 1 })
    let comparison = try RunComparison(one, two)
    #expect(comparison.outcome == .different && comparison.steps == 0)
    #expect(comparison.parting?.step == 1 && comparison.parting?.epoch == 1)
    #expect(comparison.parting?.tensor == names.first && comparison.parting?.losses.count == 2)
    #expect(
      comparison.facts.first
        == RunComparison.Fact(name: "seed", first: "0", second: "1", matters: true))
  }

  /// Two copies of a log that differ in one tensor of one row.
  @Test func oneDigestIsEnough() throws {
    let (one, two) = (try train("one"), try train("two"))
    let path = RunFolder(path: two).steps
    var rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    var cells = rows[6].split(separator: ",").map(String.init)
    cells[8] = cells[8] == "00000000" ? "00000001" : "00000000"
    rows[6] = cells.joined(separator: ",")
    try (rows.joined(separator: "\n") + "\n").write(toFile: path, atomically: false, encoding: .utf8)
    let comparison = try RunComparison(one, two)
    let name = try TinyData.network().parameters().map(\.name)[3]
    #expect(comparison.steps == 5)
    #expect(comparison.parting?.step == 6 && comparison.parting?.epoch == 2)
    #expect(comparison.parting?.columns == [name] && comparison.parting?.tensor == name)
  }

  @Test func aStoppedRunIsTheBeginningOfAWholeOne() throws {
    let whole = try train("whole")
    let part = try train("part", Recorder(stopAt: RunPosition(epoch: 1, step: 1)))
    let comparison = try RunComparison(part, whole)
    #expect(comparison.outcome == .firstIsPrefix && comparison.steps == 5)
    #expect(comparison.weightsSHA256[0] == nil)
    #expect(try RunComparison(whole, part).outcome == .secondIsPrefix)
    // Half a row, as a kill leaves it, is none.
    let log = RunFolder(path: part).steps
    let text = try String(contentsOfFile: log, encoding: .utf8)
    try text.dropLast(20).write(toFile: log, atomically: false, encoding: .utf8)
    #expect(try RunComparison(part, whole).steps == 4)
    // And the resumed run has the whole log, byte for byte.
    try text.write(toFile: log, atomically: false, encoding: .utf8)
    var resumed = RunConfiguration()
    resumed.resume = part
    _ = try TrainingRun(configuration: resumed, observer: Recorder()).run()
    #expect(
      try String(contentsOfFile: log, encoding: .utf8)
        == String(contentsOfFile: RunFolder(path: whole).steps, encoding: .utf8))
  }

  @Test func otherNetworksHaveNoTensorsInCommon() throws {
    let one = try train("one")
    let network = Network(input: .image(channels: 1, height: 8, width: 8), name: "other") {
      Flatten()
      Dense(3)
    }
    let two = try TrainingRun(
      configuration: data.configuration("two"), network: network, observer: Recorder()
    )
    .run().output
    let comparison = try RunComparison(one, two)
    #expect(comparison.outcome == .different && comparison.parting?.step == nil)
    #expect(comparison.parting?.columns.isEmpty == false)
  }

  @Test func namesTheImagesThatDiffer() throws {
    let one = try train("one")
    try FileManager.default.removeItem(atPath: data.path + "/train/class0/0.png")
    let fact = try RunComparison(one, try train("two")).facts.first { $0.name == "training images" }
    #expect(fact?.second?.hasSuffix(": 1 file was removed (class0/0.png)") == true)
  }

  @Test func namesWhatIsMissing() throws {
    let one = try train("one")
    let nowhere = data.folder.path(of: "nowhere")
    #expect(throws: TrainingError.missing(path: nowhere, what: "run folder")) {
      try RunComparison(one, nowhere)
    }
    try FileManager.default.removeItem(atPath: one + "/steps.csv")
    #expect(throws: TrainingError.missing(path: one + "/steps.csv", what: "log of steps")) {
      try RunComparison(one, one)
    }
  }
}
