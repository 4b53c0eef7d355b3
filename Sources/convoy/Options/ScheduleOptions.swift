import ArgumentParser
import Convoy

/// How the learning rate changes over a run.
struct ScheduleOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(
    help: """
      How the learning rate changes: \(Schedule.names.joined(separator: ", ")); their parameters are set in \
      a --config file (default: \(defaults.schedule.name)).
      """,
    transform: { name in
      guard let schedule = Schedule(named: name) else {
        throw ValidationError(
          "there is no schedule '\(name)'; use \(Schedule.names.joined(separator: ", ")).")
      }
      return schedule
    })
  var schedule: Schedule?

  @Option(
    help: """
      Epochs in which the learning rate rises, from 0 to below --epochs, fractions allowed \
      (default: \(defaults.warmupEpochs); one-cycle then rises for 0.3 of the run).
      """)
  var warmupEpochs: Double?

  func apply(to configuration: inout RunConfiguration) {
    configuration.schedule = schedule ?? configuration.schedule
    configuration.warmupEpochs = warmupEpochs ?? configuration.warmupEpochs
  }
}
