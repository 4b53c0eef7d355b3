import Testing

@testable import Training

@Suite struct CheckpointIntervalTests {
  @Test(arguments: [
    ("200steps", CheckpointInterval.steps(200), "200steps"), ("1step", .steps(1), "1step"),
    ("30s", .seconds(30), "30s"), ("120s", .seconds(120), "2m"), ("5m", .seconds(300), "5m"),
    ("60m", .seconds(3600), "1h"), ("1h", .seconds(3600), "1h"), ("1epoch", .epochs(1), "1epoch"),
    ("3epochs", .epochs(3), "3epochs"),
  ])
  func readsItsText(text: String, interval: CheckpointInterval, shortest: String) throws {
    #expect(CheckpointInterval(text) == interval)
    #expect(interval.description == shortest)
    #expect(CheckpointInterval(shortest) == interval)
  }

  @Test(arguments: [
    "", "5", "m", "0steps", "-5m", "5 m", "1.5h", "5d", "steps5", "9223372036854775807h",
    "99999999999999999999s",
  ])
  func refusesOtherTexts(text: String) {
    #expect(CheckpointInterval(text) == nil)
  }

  @Test func knowsWhenACheckpointIsDue() {
    #expect(CheckpointInterval.steps(4).isDue(step: 8, epoch: nil, seconds: 0))
    #expect(!CheckpointInterval.steps(4).isDue(step: 9, epoch: 3, seconds: 1e9))
    #expect(CheckpointInterval.seconds(60).isDue(step: 1, epoch: nil, seconds: 60.1))
    #expect(!CheckpointInterval.seconds(60).isDue(step: 1, epoch: 1, seconds: 59.9))
    #expect(CheckpointInterval.epochs(2).isDue(step: 7, epoch: 4, seconds: 0))
    #expect(!CheckpointInterval.epochs(2).isDue(step: 8, epoch: 3, seconds: 1e9))
    #expect(!CheckpointInterval.epochs(1).isDue(step: 8, epoch: nil, seconds: 1e9))
  }
}
