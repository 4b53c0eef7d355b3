import Testing

@testable import Training

/// What a resumed run takes from its checkpoint, what from here, and what it calls a change.
@Suite struct ResumeConfigurationTests {
  private static var saved: RunConfiguration {
    var saved = RunConfiguration(data: "/a")
    saved.epochs = 7
    saved.learningRate = 0.1
    saved.seed = 5
    saved.shards = 4
    saved.workers = 4
    saved.precision = saved.precision.resolved
    saved.checkpointEvery = .steps(9)
    saved.keepCheckpoints = 3
    return saved
  }

  private static var resumed: RunConfiguration {
    var resumed = RunConfiguration()
    resumed.resume = "runs/a"
    return resumed
  }

  @Test func keepsWhatIsNotStated() throws {
    var resumed = Self.resumed
    resumed.workers = 2
    let (result, differences) = try resumed.goingOn(with: Self.saved, stated: nil)
    #expect(differences.isEmpty)
    #expect(result.epochs == 7 && result.seed == 5 && result.shards == 4 && result.workers == 2)
    #expect(result.data == "/a" && result.output == "runs/a" && result.threads == nil)
    #expect(result.checkpointEvery == .steps(9) && result.keepCheckpoints == 3)
  }

  @Test func takesWhatTheResultDoesNotDependOn() throws {
    var resumed = Self.resumed
    resumed.data = "/b"
    resumed.checkpointEvery = .seconds(60)
    resumed.onBadImage = .fail
    let (result, differences) = try resumed.goingOn(with: Self.saved, stated: nil)
    #expect(differences.isEmpty)
    #expect(result.data == "/b" && result.checkpointEvery == .seconds(60) && result.onBadImage == .fail)
  }

  /// A default that is stated is a wish like any other.
  @Test func namesChangesAlsoToDefaults() throws {
    var resumed = Self.resumed
    resumed.learningRate = 0.5
    resumed.epochs = 10
    let (result, differences) = try resumed.goingOn(
      with: Self.saved, stated: [.seed, .epochs, .learningRate, .shards])
    #expect(
      differences.map { "\($0)" } == [
        "epochs: was 7, is 10", "lr: was 0.1, is 0.5", "shards: was 4, is unset", "seed: was 5, is 0",
      ])
    #expect(differences.map(\.reach) == [.steps, .steps, .steps, .order])
    #expect(result.epochs == 10 && result.seed == 0 && result.learningRate == 0.5)
    #expect(try resumed.goingOn(with: Self.saved, stated: nil).differences.map(\.name) == ["epochs", "lr"])
  }

  @Test func whatBatchNormsAreOverIsKept() throws {
    var saved = Self.saved
    saved.syncBatchNorm = true
    let (result, none) = try Self.resumed.goingOn(with: saved, stated: nil)
    #expect(result.syncBatchNorm && none.isEmpty)
    let differences = try Self.resumed.goingOn(with: saved, stated: [.syncBatchNorm]).differences
    #expect(differences.map { "\($0)" } == ["sync-batch-norm: was true, is false"])
  }

  @Test func theSameStatedAgainIsNoChange() throws {
    let (result, differences) = try Self.saved.goingOn(
      with: Self.saved, stated: Set(RunConfiguration.CodingKeys.allCases))
    #expect(differences.isEmpty && result.epochs == 7)
    var automatic = Self.resumed
    automatic.precision = .automatic
    #expect(try automatic.goingOn(with: Self.saved, stated: [.precision]).differences.isEmpty)
  }

  @Test func whatTheTensorsDependOnCannotChange() throws {
    var resumed = Self.resumed
    resumed.model = "resnet18"
    resumed.stem = .large
    let differences = try resumed.goingOn(with: Self.saved, stated: nil).differences
    #expect(differences.map(\.name) == ["model", "stem"])
    #expect(differences.allSatisfy { $0.reach == .everything })
  }

  @Test func writesToItsOwnFolder() throws {
    var resumed = Self.resumed
    resumed.output = "runs/b"
    let error = #expect(throws: TrainingError.self) { try resumed.goingOn(with: Self.saved, stated: nil) }
    #expect(
      "\(try #require(error))" == "output runs/b: a resumed run writes to its own folder (runs/a)")
  }
}
