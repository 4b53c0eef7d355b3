import ArgumentParser
import Convoy

/// How the learning rate changes over a run.
struct ScheduleOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(
    help: """
      How the learning rate changes, and with which parameters, as in '{name: step, every: 10, gamma: 0.5}' \
      (epochs count from the warm-up's end). constant; step: every, gamma; multi-step: milestones, gamma; \
      exponential: gamma; polynomial: power; linear: start-factor, end-factor; inverse-sqrt: timescale, for runs \
      without a known end; cosine: end, a good choice for any length; cosine-warm-restarts: t0, t-mult, end, for \
      snapshots; one-cycle: pct-start, div, final-div, base-momentum, max-momentum, best for short runs; \
      reduce-on-plateau: metric, factor, patience, threshold, threshold-mode, cooldown, min-lr, eps, where no \
      length suggests itself (default: \(defaults.schedule.name)).
      """,
    transform: { text in
      do {
        return try Schedule(text: text)
      } catch TrainingError.invalidOption(_, _, let reason) {
        throw ValidationError(reason)
      }
    })
  var schedule: Schedule?

  @Option(
    help: """
      Epochs in which the learning rate rises from a hundredth of its peak along a line, from 0 to below --epochs, \
      fractions allowed: for large batches and rates, and where the first steps diverge (default: \
      \(defaults.warmupEpochs); one-cycle takes them in place of its own rise of 0.3 of the run).
      """)
  var warmupEpochs: Double?

  @Option(
    help: """
      How often the learning rate follows the schedule: step, or epoch, where all steps of an epoch have the rate \
      of the first (default: \(defaults.learningRateInterval.rawValue)).
      """)
  var lrPer: LearningRateInterval?

  func apply(to configuration: inout RunConfiguration) {
    configuration.schedule = schedule ?? configuration.schedule
    configuration.warmupEpochs = warmupEpochs ?? configuration.warmupEpochs
    configuration.learningRateInterval = lrPer ?? configuration.learningRateInterval
  }
}

extension LearningRateInterval: ExpressibleByArgument {}
