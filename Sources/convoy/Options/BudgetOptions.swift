import ArgumentParser
import Convoy

/// How long a run trains: whichever limit comes first ends it.
struct BudgetOptions: ParsableArguments {
  @Option(
    help: """
      Passes over the training images, 1 or more (default: \(RunConfiguration().epochs), or with --time as many as \
      it allows).
      """)
  var epochs: Int?

  @Option(
    help: """
      The time that the run may take, evaluation included, such as 90s, 10m or 1h30m. The schedule fits itself to \
      it, so that its end is reached when the time is used up; the result then depends on the clock, and steps.csv \
      has the rate of every step. Time counts on over --resume (default: none).
      """,
    transform: { text in
      guard let time = TimeBudget(text) else {
        throw ValidationError("'\(text)' is no time; use \(TimeBudget.forms), from 1s to 1000 days.")
      }
      return time
    })
  var time: TimeBudget?

  @Option(
    help: """
      The validation accuracy that ends the run, above 0 and at most 1, at the end of the first epoch that reaches \
      it: to measure the time to an accuracy (default: none).
      """)
  var targetAccuracy: Double?

  @Option(
    help: """
      Ends the run after so many epochs in a row, 1 or more, that were no better: for runs whose right length is \
      not known, best with a schedule that needs none (constant, reduce-on-plateau). The last model then has the \
      weights of the best epoch. Without validation images 0.1 of the training images become such \
      (default: never).
      """)
  var earlyStopping: Int?

  @Option(
    help: """
      What early stopping watches, and best.safetensors is chosen by: accuracy and loss are of the validation \
      images, training-loss needs none (default: accuracy).
      """)
  var earlyStoppingMetric: MonitoredMetric?

  @Option(help: "How much better counts as better for early stopping, 0 or more (default: 0).")
  var earlyStoppingMinDelta: Double?

  func apply(to configuration: inout RunConfiguration) {
    configuration.budget.epochs = epochs ?? configuration.budget.epochs
    configuration.budget.time = time ?? configuration.budget.time
    configuration.budget.targetAccuracy = targetAccuracy ?? configuration.budget.targetAccuracy
    configuration.earlyStopping.patience = earlyStopping ?? configuration.earlyStopping.patience
    configuration.earlyStopping.metric = earlyStoppingMetric ?? configuration.earlyStopping.metric
    configuration.earlyStopping.minDelta = earlyStoppingMinDelta ?? configuration.earlyStopping.minDelta
  }
}

extension MonitoredMetric: ExpressibleByArgument {}
