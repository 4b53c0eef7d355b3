import ArgumentParser
import Convoy

/// What a run saves on its way, to go on from.
struct CheckpointOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(
    help: """
      How often a checkpoint is saved: after steps (200steps), a time (30s, 5m, 1h) or epochs (1epoch); one is \
      also saved at the end and on Ctrl-C (default: \(defaults.checkpointEvery)).
      """,
    transform: { text in
      guard let interval = CheckpointInterval(text) else {
        throw ValidationError("'\(text)' is no interval; use \(CheckpointInterval.forms).")
      }
      return interval
    })
  var checkpointEvery: CheckpointInterval?

  @Option(
    help: """
      How many checkpoints are kept, 1 or more; a damaged one is then no loss but of the time since the one \
      before (default: \(defaults.keepCheckpoints)).
      """)
  var keepCheckpoints: Int?

  @Flag(
    help: """
      With --resume: go on although options, images or kernels are not as they were; the result is then another.
      """)
  var allowChange = false

  func apply(to configuration: inout RunConfiguration) {
    configuration.checkpointEvery = checkpointEvery ?? configuration.checkpointEvery
    configuration.keepCheckpoints = keepCheckpoints ?? configuration.keepCheckpoints
    configuration.allowChange = allowChange || configuration.allowChange
  }
}
