import ArgumentParser
import Convoy

/// How long a run trains.
struct BudgetOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(help: "Passes over the training images, 1 or more (default: \(defaults.epochs)).")
  var epochs: Int?

  func apply(to configuration: inout RunConfiguration) {
    configuration.epochs = epochs ?? configuration.epochs
  }
}
